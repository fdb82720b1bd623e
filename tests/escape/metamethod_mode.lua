-- luacheck: ignore
-- tries: to make a weak table (which breaks Lua 5.4.4 when memory runs out)
-- wall: state
-- expects: error a policy's metatable cannot have '__mode'
setmetatable({}, { __mode = "k" })
