-- luacheck: ignore
-- tries: to replace a library function for the next policy
-- wall: state
-- expects: error string is read-only
string.format = function() return "evil" end
