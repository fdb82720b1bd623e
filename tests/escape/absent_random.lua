-- luacheck: ignore
-- tries: to give another answer in each run
-- wall: state
-- expects: error math has no 'random'
return math.random()
