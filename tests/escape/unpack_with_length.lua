-- luacheck: ignore
-- tries: to unpack a table that claims 2^60 elements
-- wall: both
-- expects: error too many results to unpack
return table.unpack(setmetatable({}, { __len = function() return 1 << 60 end }))
