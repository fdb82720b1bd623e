-- luacheck: ignore
-- tries: to use up the C stack by a deep pattern
-- wall: state
-- expects: error pattern too complex
return (("a"):rep(1000):find(("a?"):rep(1000)))
