-- The entry: host/main.c calls the function returned here with the command line and exits with its answer.
local system <const> = require "host.system"

---@param arguments string[]
---@return integer exit code
return function(arguments)
  if arguments[1] == "version" or arguments[1] == "--version" then
    system.write(1, "floe " .. system.versions().floe .. "\n")
    return 0
  end
  system.write(2, "usage: floe version\n")
  return 2
end
