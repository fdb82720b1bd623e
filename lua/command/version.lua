-- floe version: which floe this is, in one line or as JSON with the versions of what it stands on.
local system <const> = require "host.system"

local M = {
  name = "version",
  summary = "print the version",
  options = {
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json" }, default = "text",
      help = "how to print it" },
  },
  examples = {
    { "floe version", "one line" },
    { "floe version --format json", "the versions of the linked libraries too" },
  },
}

---@return integer
function M.run(options, terminal)
  local versions <const> = system.versions()
  if options.format == "json" then
    terminal:line(require("host.json").encode(versions, { indent = 2 }))
  else
    terminal:line("floe " .. versions.floe)
  end
  return 0
end

return M
