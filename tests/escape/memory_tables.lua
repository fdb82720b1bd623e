-- luacheck: ignore
-- tries: to keep ever more tables
-- wall: budget
-- expects: memory
local t = {}
while true do t[#t + 1] = {} end
