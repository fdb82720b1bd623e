-- luacheck: ignore
-- tries: to walk a text over the limit
-- wall: both
-- expects: error string too long|memory
local s = ("x"):rep(15000000)
for _ in utf8.codes(s .. s) do end
