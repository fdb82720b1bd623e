-- luacheck: ignore
-- tries: to reach the registry
-- wall: state
-- expects: error there is no global 'debug'
return debug.getregistry()
