-- luacheck: ignore
-- tries: to look for many words that nearly stand at every byte of a long text, catching what ends it
-- wall: both
-- expects: time
local words = {}
for index = 1, 64 do
  words[index] = ("a"):rep(63) .. "b"
end
local find = require("floe.text_search").finder(words)
local text = ("a"):rep(1000000)
while true do
  pcall(find, text)
end
