-- luacheck: ignore
-- tries: to find the private copy of a metatable
-- wall: state
-- expects: ok
local m = { __index = {} }
local t = setmetatable({}, m)
assert(getmetatable(t) == m)
for k in pairs(m) do assert(k == "__index") end
for k in next, m do assert(k == "__index") end
assert(getmetatable(m) == nil)
assert(not pcall(setmetatable, m, { __gc = 1 }))
