-- luacheck: ignore
-- tries: to sort the keys of a large table for ever
-- wall: both
-- expects: time
local t = {}
for i = 1, 20000 do t["k" .. i] = i end
while true do pairs(t) end
