-- luacheck: ignore
-- tries: to ask for more in one step than there is, and to catch it
-- wall: both
-- expects: memory
while true do pcall(string.rep, "x", 15000000) end
