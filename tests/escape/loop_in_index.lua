-- luacheck: ignore
-- tries: to run for ever in a metamethod
-- wall: budget
-- expects: time
return setmetatable({}, { __index = function() while true do end end }).x
