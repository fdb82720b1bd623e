-- luacheck: ignore
-- tries: to keep ever more keys
-- wall: budget
-- expects: memory|time
local t = {}
for i = 1, math.maxinteger do t["k" .. i] = i end
