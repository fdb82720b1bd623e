-- luacheck: ignore
-- tries: to run for ever inside of gsub
-- wall: budget
-- expects: time
return (("x"):gsub("x", function() while true do pcall(error) end end))
