-- luacheck: ignore
-- tries: to remove from a table that claims 2^60 elements
-- wall: both
-- expects: ok
local t = setmetatable({}, { __len = function() return 1 << 60 end })
assert(table.remove(t) == nil)
assert(not pcall(table.remove, t, 1 << 59))
