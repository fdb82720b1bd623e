-- luacheck: ignore
-- tries: to run for ever
-- wall: budget
-- expects: time
while true do end
