-- luacheck: ignore
-- tries: to grow a text by gsub
-- wall: both
-- expects: memory
return #("x"):rep(4000):gsub("x", ("y"):rep(4000))
