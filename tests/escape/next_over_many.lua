-- luacheck: ignore
-- tries: to walk a large table by next, which looks at all keys each time
-- wall: both
-- expects: time
local t = {}
for i = 1, 50000 do t[i] = i end
for _ in next, t do end
