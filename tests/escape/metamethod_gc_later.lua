-- luacheck: ignore
-- tries: to add a finalizer to a metatable that is in use
-- wall: state
-- expects: ok
local m = {}
local objects = {}
for i = 1, 1000 do objects[i] = setmetatable({}, m) end
m.__gc = function() while true do end end
assert(not pcall(setmetatable, {}, m))
objects = nil
for _ = 1, 10000 do local _ = {} end
