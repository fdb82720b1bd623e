-- luacheck: ignore
-- tries: to write past a read-only stand-in
-- wall: state
-- expects: error there is no global 'rawset'
rawset(string, "format", function() return "evil" end)
