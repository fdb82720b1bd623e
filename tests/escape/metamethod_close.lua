-- luacheck: ignore
-- tries: to loop while a scope is left
-- wall: state
-- expects: error a policy's metatable cannot have '__close'
local x <close> = setmetatable({}, { __close = function() while true do end end })
