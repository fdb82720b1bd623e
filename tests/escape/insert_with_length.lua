-- luacheck: ignore
-- tries: to insert into a table that claims 2^60 elements
-- wall: both
-- expects: ok
local t = setmetatable({}, { __len = function() return 1 << 60 end })
table.insert(t, 1, "x")
assert(t[1] == "x")
