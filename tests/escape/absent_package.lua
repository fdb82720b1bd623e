-- luacheck: ignore
-- tries: to load a shared library
-- wall: state
-- expects: error there is no global 'package'
return package.loadlib("libc.so.6", "*")
