-- luacheck: ignore
-- tries: to backtrack through lazy dots
-- wall: both
-- expects: time
return (("x"):rep(5000):match(".-.-.-b"))
