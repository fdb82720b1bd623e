-- luacheck: ignore
-- tries: to look for the end of a balance from each place
-- wall: both
-- expects: time
return (("("):rep(300000):find("%b()"))
