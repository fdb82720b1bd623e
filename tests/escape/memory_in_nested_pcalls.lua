-- luacheck: ignore
-- tries: to catch the error on many levels
-- wall: budget
-- expects: memory
local t = {}
local function f(n)
  while true do
    if n > 0 then pcall(f, n - 1) end
    t[#t + 1] = ("x"):rep(1000) .. #t
  end
end
f(50)
