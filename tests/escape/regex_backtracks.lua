-- luacheck: ignore
-- tries: to backtrack without end in a regular expression
-- wall: state
-- expects: ok
local found, message = require("floe.regex").find("^(a+)+$", ("a"):rep(5000) .. "!")
assert(found == nil and message:find("backtracks too much"))
