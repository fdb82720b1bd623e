-- luacheck: ignore
-- tries: to run for ever
-- wall: budget
-- expects: time
local n = 0
repeat n = n + 1 until n < 0
