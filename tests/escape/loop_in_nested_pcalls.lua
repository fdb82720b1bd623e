-- luacheck: ignore
-- tries: to catch it on many levels
-- wall: budget
-- expects: time
local function f(depth)
  while true do
    pcall(f, depth + 1)
  end
end
f(1)
