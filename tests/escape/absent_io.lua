-- luacheck: ignore
-- tries: to read a file
-- wall: state
-- expects: error there is no global 'io'
return io.open("/etc/passwd"):read("a")
