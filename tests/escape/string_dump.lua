-- luacheck: ignore
-- tries: to get at the bytecode of a function
-- wall: state
-- expects: error string has no 'dump'
string.dump(function() end)
