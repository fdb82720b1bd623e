-- luacheck: ignore
-- tries: to grow a text by format
-- wall: both
-- expects: memory|error resulting string too large
local s = "x"
while true do s = ("%s%s%s%s"):format(s, s, s, s) end
