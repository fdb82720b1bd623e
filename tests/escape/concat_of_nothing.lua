-- luacheck: ignore
-- tries: to join 2^60 empty strings
-- wall: both
-- expects: time
return table.concat(setmetatable({}, { __index = function() return "" end }), "", 1, 1 << 60)
