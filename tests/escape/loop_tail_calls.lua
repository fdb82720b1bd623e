-- luacheck: ignore
-- tries: to run for ever without a loop
-- wall: budget
-- expects: time
local function f() return f() end
return f()
