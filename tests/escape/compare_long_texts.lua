-- luacheck: ignore
-- tries: to compare long equal texts for ever
-- wall: both
-- expects: time
local a = ("x"):rep(1000000) .. "a"
local b = ("x"):rep(1000000) .. "b"
while true do local _ = a < b end
