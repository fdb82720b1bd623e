-- luacheck: ignore
-- tries: to match a glob that begins anew at every byte of a long text, catching what ends it
-- wall: both
-- expects: time
local glob = require("floe.text_search").glob
local text, pattern = ("a"):rep(1000000), ("**a"):rep(1000) .. "*b"
while true do
  pcall(glob, pattern, text)
end
