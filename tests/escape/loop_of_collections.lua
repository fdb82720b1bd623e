-- luacheck: ignore
-- tries: to keep the collector busy
-- wall: budget
-- expects: time
while true do local _ = { {}, {}, {} } end
