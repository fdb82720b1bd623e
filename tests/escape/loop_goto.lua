-- luacheck: ignore
-- tries: to run for ever
-- wall: budget
-- expects: time
::again::
goto again
