-- luacheck: ignore
-- tries: to raise a message of a megabyte
-- wall: state
-- expects: error xxxxxxxxxxxxxxxx
error(("x"):rep(1000000), 0)
