-- luacheck: ignore
-- tries: to sort by a function in C, where no hook fires
-- wall: both
-- expects: time
local t = {}
for i = 1, 20000 do t[i] = -i end
while true do table.sort(t, math.ult) end
