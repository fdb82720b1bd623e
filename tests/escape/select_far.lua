-- luacheck: ignore
-- tries: to select beyond the arguments
-- wall: state
-- expects: ok
assert(select("#", select(5, 1, 2)) == 0)
assert(not pcall(select, -3, 1, 2))
assert(not pcall(select, math.mininteger, 1))
assert(select("#", select(math.maxinteger, 1)) == 0)
