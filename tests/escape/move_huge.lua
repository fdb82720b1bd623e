-- luacheck: ignore
-- tries: to move 2^62 absent elements
-- wall: both
-- expects: time|memory|error
table.move({}, 1, 1 << 62, 2)
