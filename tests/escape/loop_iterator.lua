-- luacheck: ignore
-- tries: to walk an iterator that never ends
-- wall: budget
-- expects: time
for _ in function() return 1 end do end
