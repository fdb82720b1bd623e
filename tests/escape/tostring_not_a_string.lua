-- luacheck: ignore
-- tries: to return something else from __tostring
-- wall: state
-- expects: error '__tostring' must return a string
return ("%s"):format(setmetatable({}, { __tostring = function() return {} end }))
