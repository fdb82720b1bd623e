-- luacheck: ignore
-- tries: to lock a table as the host does
-- wall: state
-- expects: error a policy's metatable cannot have '__metatable'
setmetatable({}, { __metatable = false })
