-- luacheck: ignore
-- tries: to grow the stack by ever longer argument lists
-- wall: budget
-- expects: time|memory|error stack overflow
local function f(...) return f(1, 2, 3, 4, 5, 6, 7, 8, ...) end
return f()
