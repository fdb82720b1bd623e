-- luacheck: ignore
-- tries: to loop in a message handler, where hooks are off
-- wall: state
-- expects: error there is no global 'xpcall'
local function loop() while true do end end
xpcall(loop, loop)
