-- luacheck: ignore
-- tries: to use up the C stack through callbacks of gsub
-- wall: state
-- expects: error C stack overflow
local function f(s) return (s:gsub(".", f)) end
return f("x")
