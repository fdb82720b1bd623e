-- luacheck: ignore
-- tries: to raise nothing
-- wall: state
-- expects: error error object is a nil
error()
