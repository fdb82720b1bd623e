-- luacheck: ignore
-- tries: to backtrack through captures
-- wall: both
-- expects: time
return (("a"):rep(3000):match("(a*)(a*)(a*)b"))
