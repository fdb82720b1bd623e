-- luacheck: ignore
-- tries: to share globals by another _ENV (which is only a local)
-- wall: state
-- expects: ok
local string = string
do
  local _ENV = { evil = 1 }
  another = evil
end
assert(not pcall(function() return another end))
assert(string == _ENV.string)
