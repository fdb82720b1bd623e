-- luacheck: ignore
-- tries: to backtrack inside of gsub
-- wall: both
-- expects: time
return (("a"):rep(3000):gsub(".-.-.-b", ""))
