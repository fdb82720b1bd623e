-- luacheck: ignore
-- tries: to assign a method through a string
-- wall: state
-- expects: error attempt to index a string value
local s = "x"
s.upper = nil
