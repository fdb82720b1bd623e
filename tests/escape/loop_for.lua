-- luacheck: ignore
-- tries: to count to the largest integer
-- wall: budget
-- expects: time
for _ = 1, math.maxinteger do end
