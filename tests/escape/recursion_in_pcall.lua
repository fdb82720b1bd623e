-- luacheck: ignore
-- tries: to use up the stack again and again
-- wall: budget
-- expects: time|memory|error
local function f() return 1 + f() end
while true do pcall(f) end
