-- luacheck: ignore
-- tries: to overflow the index of concat
-- wall: both
-- expects: time
return table.concat(setmetatable({}, { __index = function() return "" end }), "", 1, math.maxinteger)
