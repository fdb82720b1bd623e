-- luacheck: ignore
-- tries: to write to the host's streams
-- wall: state
-- expects: error there is no global 'warn'
assert(not pcall(function() return print end))
warn("@on")
