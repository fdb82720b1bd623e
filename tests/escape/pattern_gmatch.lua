-- luacheck: ignore
-- tries: to backtrack inside of a loop of gmatch
-- wall: both
-- expects: time
for _ in ("a"):rep(3000):gmatch("a-a-a-b") do end
