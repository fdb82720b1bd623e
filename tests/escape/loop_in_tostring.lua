-- luacheck: ignore
-- tries: to run for ever inside of tostring
-- wall: budget
-- expects: time
return tostring(setmetatable({}, { __tostring = function() while true do end end }))
