-- luacheck: ignore
-- tries: to overflow the size of a repeated string
-- wall: state
-- expects: error resulting string too large
return ("xx"):rep(math.maxinteger, "yy")
