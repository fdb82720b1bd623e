-- luacheck: ignore
-- tries: to loop when the host prints the error
-- wall: state
-- expects: error error object is a table
local function loop() while true do end end
error(setmetatable({}, { __tostring = loop, __index = loop, __concat = loop, __len = loop, __pairs = loop }))
