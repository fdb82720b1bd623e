-- luacheck: ignore
-- tries: to sort a list for which there is no second copy
-- wall: both
-- expects: memory
local t = {}
for i = 1, 260000 do t[i] = -i end
table.sort(t)
return "sorted"
