-- luacheck: ignore
-- tries: to use up the C stack through metamethods
-- wall: state
-- expects: error C stack overflow
local m = {}
m.__index = function(t, k) return setmetatable({}, m)[k .. "x"] end
return setmetatable({}, m).x
