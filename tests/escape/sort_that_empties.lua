-- luacheck: ignore
-- tries: to take the elements away while they are sorted
-- wall: both
-- expects: ok
local t = {}
for i = 1, 1000 do t[i] = { i } end
table.sort(t, function(a, b)
  for i = 1, #t do t[i] = nil end
  return a[1] > b[1]
end)
assert(t[1][1] == 1000 and t[1000][1] == 1)
