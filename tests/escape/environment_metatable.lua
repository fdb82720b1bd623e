-- luacheck: ignore
-- tries: to take the guard off the globals
-- wall: state
-- expects: ok
assert(getmetatable(_ENV) == false)
assert(not pcall(setmetatable, _ENV, nil))
assert(not pcall(setmetatable, _ENV, { __index = string }))
assert(not pcall(table.insert, _ENV, 1))
assert(next(_ENV) == nil and rawget(_ENV, "string") == nil and #_ENV == 0)
