-- luacheck: ignore
-- tries: to get another order in each run
-- wall: state
-- expects: ok
local t = {}
for i = 1, 200 do t["key" .. (i * 7919) % 1009] = i end
local last = ""
for k in pairs(t) do
  assert(last < k)
  last = k
end
