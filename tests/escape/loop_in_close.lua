-- luacheck: ignore
-- tries: to run for ever while the error passes (a policy cannot have __close)
-- wall: budget
-- expects: time|error
local ok, guard = pcall(setmetatable, {}, { __close = function() for _ = 1, math.maxinteger do end end })
if ok then
  local _ <close> = guard
  error("now")
end
while true do end
