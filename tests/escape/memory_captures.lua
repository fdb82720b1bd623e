-- luacheck: ignore
-- tries: to keep ever more captures
-- wall: both
-- expects: memory
local kept = {}
local s = ("xy"):rep(10000)
while true do
  for a, b in s:gmatch("(x)(y.*)") do kept[#kept + 1] = { a, b .. #kept } end
end
