-- luacheck: ignore
-- tries: to look for an end from each of very many openings that have none
-- wall: both
-- expects: time
local tokens = require("floe.sql_tokens").tokens
for _, piece in ipairs({ "'{{ ", "-- {%\n", "/* {#", "{{ '", "$a", "{% raw %}" }) do
  local count = 0
  for kind in tokens(piece:rep(200000 // #piece)) do count = count + 1 end
  assert(count > 0)
end
while true do end -- all of that is soon done: only this ends the time
