-- floe evidence follow: what a command starts to send its events while it works. Nobody types it.
local reach <const> = require "command.evidence.reach"
local sender <const> = require "evidence.sender"
local clean <const> = require("terminal").clean

return {
  name = "follow",
  hidden = true,
  summary = "send events while another process works",
  arguments = {
    { name = "process", label = "PID", required = true, help = "the process that started this one" },
    reach.folder,
  },
  exits = { [0] = "the other process has ended" },

  ---@return integer
  run = function(options, terminal)
    local parent <const> = math.tointeger(tonumber(options.process))
    if not parent then
      require("usage.parser").misuse(("'%s' is no process"):format(options.process))
    end
    local root <const> = options.folder or "."
    sender.follow(root, reach.destinations(root, terminal), parent, function(name, why)
      terminal:line(clean(name) .. "\t" .. clean(why))
      terminal:flush()
    end)
    return 0
  end,
}
