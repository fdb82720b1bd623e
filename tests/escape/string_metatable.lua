-- luacheck: ignore
-- tries: to reach the metatable that all strings share
-- wall: state
-- expects: ok
assert(getmetatable("") == false)
assert(not pcall(setmetatable, "", {}))
assert(not pcall(function() getmetatable("").__index = {} end))
