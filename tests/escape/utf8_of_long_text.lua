-- luacheck: ignore
-- tries: to spend the time in few instructions
-- wall: both
-- expects: time
local s = ("x"):rep(2000000)
while true do utf8.len(s) end
