-- luacheck: ignore
-- tries: to get the host to use a message as a format
-- wall: state
-- expects: error %s%n%d
error("%s%n%d", 0)
