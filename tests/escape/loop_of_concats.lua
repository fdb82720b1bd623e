-- luacheck: ignore
-- tries: to build short strings for ever
-- wall: budget
-- expects: time
local n = 0
while true do
  n = n + 1
  local _ = n .. "x" .. n
end
