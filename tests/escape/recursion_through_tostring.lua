-- luacheck: ignore
-- tries: to use up the C stack through __tostring
-- wall: state
-- expects: error C stack overflow
local m = {}
m.__tostring = function(t) return tostring(t) end
return tostring(setmetatable({}, m))
