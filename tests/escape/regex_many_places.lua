-- luacheck: ignore
-- tries: to spend little from each place where a match may begin, and very many places
-- wall: both
-- expects: time
require("floe.regex").find("a{1,900}a{1,900}[^ab]", ("a"):rep(1000000) .. "b")
