-- luacheck: ignore
-- tries: to sort a table that claims 2^60 elements
-- wall: both
-- expects: ok
table.sort(setmetatable({ 2, 1 }, { __len = function() return 1 << 60 end }))
