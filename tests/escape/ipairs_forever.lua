-- luacheck: ignore
-- tries: to be asked for items without end
-- wall: both
-- expects: time
for _ in ipairs(setmetatable({}, { __index = function() return 1 end })) do end
