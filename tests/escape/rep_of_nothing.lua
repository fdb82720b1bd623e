-- luacheck: ignore
-- tries: to repeat nothing 2^63 times
-- wall: both
-- expects: ok
assert((""):rep(math.maxinteger) == "")
