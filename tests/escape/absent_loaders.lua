-- luacheck: ignore
-- tries: to compile or read code by any of the other names
-- wall: state
-- expects: ok
local found = {
  pcall(function() return dofile end),
  pcall(function() return loadfile end),
  pcall(function() return loadstring end),
  pcall(function() return string.dump end),
}
for _, ok in ipairs(found) do
  assert(ok ~= true)
end
