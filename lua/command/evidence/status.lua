-- floe evidence status: what waits in the spool.
local clean <const> = require("terminal").clean
local count <const> = require("terminal").count
local files <const> = require "host.files"
local json <const> = require "host.json"
local reach <const> = require "command.evidence.reach"
local sender <const> = require "evidence.sender"
local spools <const> = require "evidence.spool"

local M = {
  name = "status",
  summary = "tell what waits to be sent: for whom, since when, how much, and why",
  description = [[
Lists the destinations for which events wait below .floe/evidence, and why the last try to send them failed. Events that
a backend refused for ever lie in refused.log of its folder.]],
  arguments = { reach.folder },
  options = {
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json" }, default = "text",
      help = "what is printed" },
  },
  examples = {
    { "floe evidence status", "of this product" },
    { "floe evidence status --format json", "for a script" },
  },
  exits = { [0] = "told", [2] = "misuse" },
  tells = true,
}

local function size(bytes)
  if bytes < 10 << 10 then
    return ("%d bytes"):format(bytes)
  elseif bytes < 1 << 20 then
    return ("%d KiB"):format(bytes >> 10)
  end
  return ("%.1f MiB"):format(bytes / (1 << 20))
end

local function print_json(terminal, waiting, known)
  local out <const> = {}
  for index, one in ipairs(waiting) do
    out[index] = json.object {
      { "destination", one.name }, { "address", known[one.name] and known[one.name].shown or json.null },
      { "events", one.events }, { "bytes", one.bytes }, { "files", one.files }, { "since", reach.moment(one.since) },
      { "refused", one.refused }, { "failures", one.failures }, { "why", one.why or json.null },
      { "next", reach.moment(one.next) },
    }
  end
  terminal:json(json.object { { "schema", "floe.dev/evidence-status/v1" }, { "destinations", json.array(out) } })
end

local function print_one(terminal, one, known, root)
  if one.events > 0 then
    local address <const> = known and known.shown
    terminal:line(("%s for %s%s: %s, the oldest came %s"):format(count(one.events, "event"), clean(one.name),
      address and (" (%s)"):format(clean(address)) or "", size(one.bytes), reach.ago(one.since)))
    if one.why then
      terminal:line(("  %s failed: %s"):format(count(one.failures, "try", "tries"), clean(one.why)))
    end
    if not known then
      terminal:line("  nothing says where to send them: set the variables that were set when they came to be")
    end
  end
  if one.refused > 0 then
    terminal:line(("%s for %s refused: %s/refused.log"):format(count(one.refused, "event"), clean(one.name),
      clean(files.normalize(spools.folder_of(root, one.name)))))
  end
end

---@return integer
function M.run(options, terminal)
  local root <const> = reach.root(options, terminal)
  if not root then
    return 2
  end
  local known <const> = {}
  for _, destination in ipairs(reach.destinations(root, terminal)) do
    known[destination.name] = destination
  end
  local waiting <const> = {}
  for _, one in ipairs(sender.waiting(root)) do
    waiting[#waiting + 1] = (one.events > 0 or one.refused > 0) and one or nil
  end
  if options.format == "json" then
    print_json(terminal, waiting, known)
    return 0
  end
  for _, one in ipairs(waiting) do
    print_one(terminal, one, known[one.name], root)
  end
  if #waiting == 0 and not terminal.quiet then
    terminal:line("nothing waits")
  end
  return 0
end

return M
