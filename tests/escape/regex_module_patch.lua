-- luacheck: ignore
-- tries: to give the next policy another floe.regex
-- wall: state
-- expects: ok
local regex = require("floe.regex")
regex.find = function() return nil end
assert(require("floe.regex").find("a", "a") == nil) -- one's own instance may be spoiled
