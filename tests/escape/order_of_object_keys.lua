-- luacheck: ignore
-- tries: to get the order of addresses
-- wall: state
-- expects: error a table with a table as key has no fixed order
for k in pairs({ [{}] = 1, [{}] = 2 }) do error(tostring(k)) end
