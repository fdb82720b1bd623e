-- luacheck: ignore
-- tries: to overflow the captures
-- wall: state
-- expects: error too many captures
return (("a"):rep(100):find(("(a)"):rep(40)))
