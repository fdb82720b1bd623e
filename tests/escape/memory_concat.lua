-- luacheck: ignore
-- tries: to join a list into a huge string
-- wall: both
-- expects: memory
local t = {}
for i = 1, 1000 do t[i] = ("x"):rep(5000) end
return #table.concat(t) + #table.concat(t, ("y"):rep(5000))
