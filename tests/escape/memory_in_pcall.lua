-- luacheck: ignore
-- tries: to catch the error and go on near the limit
-- wall: budget
-- expects: memory
local t = {}
while true do
  pcall(function() while true do t[#t + 1] = { t } end end)
end
