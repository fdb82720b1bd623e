-- luacheck: ignore
-- tries: to keep ever more closures
-- wall: budget
-- expects: memory
local t = {}
while true do
  local n = #t
  t[n + 1] = function() return n end
end
