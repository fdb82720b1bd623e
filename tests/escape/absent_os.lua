-- luacheck: ignore
-- tries: to run a program
-- wall: state
-- expects: error there is no global 'os'
return os.execute("id")
