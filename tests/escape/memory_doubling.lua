-- luacheck: ignore
-- tries: to double a string
-- wall: budget
-- expects: memory
local s = "x"
while true do s = s .. s end
