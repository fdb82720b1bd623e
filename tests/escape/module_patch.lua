-- luacheck: ignore
-- tries: to change a module's function and data for the next policy (it only changes its own copy)
-- wall: state
-- expects: ok
local shared = require "shared"
shared.answer = function() return "evil" end
shared.names[1] = "evil"
assert(require "shared".answer() == "evil")
