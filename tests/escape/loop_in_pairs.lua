-- luacheck: ignore
-- tries: to run for ever inside of pairs
-- wall: budget
-- expects: time
for _ in pairs(setmetatable({}, { __pairs = function() while true do end end })) do end
