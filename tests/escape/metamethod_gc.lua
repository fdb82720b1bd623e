-- luacheck: ignore
-- tries: to loop in a finalizer, where hooks are off
-- wall: state
-- expects: error a policy's metatable cannot have '__gc'
setmetatable({}, { __gc = function() while true do end end })
