-- luacheck: ignore
-- tries: to strip trailing spaces in quadratic time
-- wall: both
-- expects: time
return ((" "):rep(200000) .. "x"):gsub("%s+$", "")
