-- luacheck: ignore
-- tries: to use up the C stack through comparison functions
-- wall: state
-- expects: error C stack overflow
local function f(a, b)
  table.sort({ 2, 1 }, f)
  return a < b
end
f(1, 2)
