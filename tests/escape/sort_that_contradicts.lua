-- luacheck: ignore
-- tries: to confuse sort with a comparison that contradicts itself
-- wall: both
-- expects: ok
local t = {}
local flip = false
for i = 1, 1000 do t[i] = i end
table.sort(t, function()
  flip = not flip
  return flip
end)
local seen = {}
for _, v in ipairs(t) do seen[v] = true end
for i = 1, 1000 do assert(seen[i]) end
