-- luacheck: ignore
-- tries: to seed from the clock and an address
-- wall: state
-- expects: error math has no 'randomseed'
math.randomseed()
