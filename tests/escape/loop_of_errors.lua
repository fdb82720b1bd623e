-- luacheck: ignore
-- tries: to raise and catch for ever
-- wall: budget
-- expects: time
while true do pcall(error, {}) end
