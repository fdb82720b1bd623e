-- luacheck: ignore
-- tries: to run in a thread whose hook counts anew
-- wall: state
-- expects: error there is no global 'coroutine'
local function short(depth)
  for _ = 1, 100 do end
  if depth > 0 then coroutine.wrap(short)(depth - 1) end
end
while true do short(30) end
