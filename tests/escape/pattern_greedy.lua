-- luacheck: ignore
-- tries: to backtrack through greedy repetitions
-- wall: both
-- expects: time
return (("a"):rep(5000):find("a*a*a*a*b"))
