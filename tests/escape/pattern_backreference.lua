-- luacheck: ignore
-- tries: to compare a long capture again and again
-- wall: both
-- expects: time
return (("a"):rep(60000):find("(.*)%1%1b"))
