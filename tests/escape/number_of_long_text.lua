-- luacheck: ignore
-- tries: to read a number of a million digits for ever
-- wall: both
-- expects: time
local s = ("1"):rep(1000000)
while true do tonumber(s) end
