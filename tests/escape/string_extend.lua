-- luacheck: ignore
-- tries: to add a library function for the next policy
-- wall: state
-- expects: error string is read-only
function string.trim(s) return s end
