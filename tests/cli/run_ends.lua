-- floe run where the look at contracts raises: as an interruption does where RAISES is "interruption", otherwise as a
-- bug. Prints the exit code.
local system <const> = require "host.system"

require("run.contracts").check = function()
  if system.env "RAISES" ~= "interruption" then
    error("a planted bug", 0)
  end
  rawset(system, "interrupted", function()
    return 15
  end)
  error({ interrupted = true }, 0)
end

local exit <const> = require "main" { "run", "--quiet" }
system.write(1, ("exit %d\n"):format(exit))
