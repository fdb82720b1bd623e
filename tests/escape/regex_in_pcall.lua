-- luacheck: ignore
-- tries: to catch the end of a regular expression's search and start the next
-- wall: both
-- expects: time
local regex = require("floe.regex")
local text = ("a"):rep(1000000) .. "b"
while true do pcall(regex.find, "a{1,900}a{1,900}[^ab]", text) end
