-- luacheck: ignore
-- tries: to overflow the number of results
-- wall: state
-- expects: error too many results to unpack
return table.unpack({}, math.mininteger, math.maxinteger)
