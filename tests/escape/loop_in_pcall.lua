-- luacheck: ignore
-- tries: to catch the error that ends a loop
-- wall: budget
-- expects: time
while true do pcall(function() while true do end end) end
