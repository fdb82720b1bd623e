-- luacheck: ignore
-- tries: to raise when the host prints the error
-- wall: state
-- expects: error error object is a table
error(setmetatable({}, { __tostring = function() error({}) end }))
