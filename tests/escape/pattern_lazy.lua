-- luacheck: ignore
-- tries: to backtrack through many lazy repetitions
-- wall: both
-- expects: time
return (("a"):rep(2000):find(("a-"):rep(8) .. "b"))
