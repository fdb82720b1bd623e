-- luacheck: ignore
-- tries: to see an address
-- wall: state
-- expects: error invalid conversion '%p' to 'format'
return ("%p"):format({})
