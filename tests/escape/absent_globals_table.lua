-- luacheck: ignore
-- tries: to find all globals from one table
-- wall: state
-- expects: error there is no global '_G'
for k in pairs(_G) do error(k) end
