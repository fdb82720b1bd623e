-- luacheck: ignore
-- tries: to move elements that a metamethod makes up
-- wall: both
-- expects: memory|time
return table.move(setmetatable({}, { __index = function() return 1 end }), 1, 1 << 60, 1, {})
