-- luacheck: ignore
-- tries: to get the host to keep something in a library's table
-- wall: state
-- expects: ok
assert(not pcall(setmetatable, {}, string))
assert(not pcall(setmetatable, {}, _ENV))
