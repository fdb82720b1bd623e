-- luacheck: ignore
-- tries: to join a table that claims 2^60 elements
-- wall: both
-- expects: error invalid value (nil) at index 1
return table.concat(setmetatable({}, { __len = function() return 1 << 60 end }))
