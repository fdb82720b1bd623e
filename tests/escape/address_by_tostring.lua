-- luacheck: ignore
-- tries: to see an address
-- wall: state
-- expects: ok
local function show(x) return tostring(x) .. ("%s"):format(x) .. ("%20s"):format(x) end
for _, x in ipairs({ {}, type, function() end, show, setmetatable({}, {}) }) do
  assert(not show(x):find("%d"), show(x))
end
