-- luacheck: ignore
-- tries: to catch it by pcall itself
-- wall: budget
-- expects: time
while true do
  pcall(pcall, pcall, pcall, function() while true do end end)
end
