-- luacheck: ignore
-- tries: to pass a table off as another type in messages
-- wall: state
-- expects: error a policy's metatable cannot have '__name'
setmetatable({}, { __name = "model" })
