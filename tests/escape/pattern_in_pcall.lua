-- luacheck: ignore
-- tries: to catch the end of a match and start the next
-- wall: both
-- expects: time
while true do pcall(string.find, ("a"):rep(3000), ".-.-.-b") end
