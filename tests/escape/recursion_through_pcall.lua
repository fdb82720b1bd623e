-- luacheck: ignore
-- tries: to use up the C stack through nested pcalls
-- wall: both
-- expects: ok
local depth = 0
local function f()
  depth = depth + 1
  return pcall(f)
end
f()
assert(depth < 250)
