-- luacheck: ignore
-- tries: to point the place of an error outside of the stack
-- wall: state
-- expects: error far
error("far", 1000000)
