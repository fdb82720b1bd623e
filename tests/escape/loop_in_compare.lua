-- luacheck: ignore
-- tries: to run for ever inside of sort
-- wall: budget
-- expects: time
table.sort({ 3, 2, 1 }, function() while true do end end)
