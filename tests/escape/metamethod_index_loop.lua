-- luacheck: ignore
-- tries: to walk a chain of __index that ends in itself
-- wall: state
-- expects: error '__index' chain too long
local t = {}
t.__index = t
setmetatable(t, t)
return t.x
