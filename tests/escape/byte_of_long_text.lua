-- luacheck: ignore
-- tries: to push a million bytes on the stack
-- wall: state
-- expects: error string slice too long
return (("x"):rep(1000000)):byte(1, -1)
