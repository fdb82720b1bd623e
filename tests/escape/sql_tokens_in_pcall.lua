-- luacheck: ignore
-- tries: to read the tokens of a long text without end, catching what ends it
-- wall: both
-- expects: time
local tokens = require("floe.sql_tokens").tokens
local text = ("'{{ a }}' "):rep(100000)
while true do
  pcall(function() for kind in tokens(text) do end end)
end
