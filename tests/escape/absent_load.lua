-- luacheck: ignore
-- tries: to compile text at run time
-- wall: state
-- expects: error there is no global 'load'
return load("return 1")()
