-- luacheck: ignore
-- tries: to keep ever more packed arguments
-- wall: both
-- expects: memory
local t = {}
for i = 1, 10000 do t[i] = i end
local kept = {}
while true do kept[#kept + 1] = table.pack(table.unpack(t)) end
