-- luacheck: ignore
-- tries: to make a table weak after it has its metatable, and then run out of memory
-- wall: both
-- expects: memory
local m = {}
local weak = {}
for i = 1, 100 do weak[i] = setmetatable({}, m) end
m.__mode = "kv"
local kept = {}
while true do
  local t = {}
  weak[#kept % 100 + 1][t] = { t }
  kept[#kept + 1] = t
end
