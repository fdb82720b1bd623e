-- luacheck: ignore
-- tries: to leave a half-loaded module behind
-- wall: state
-- expects: ok
for _ = 1, 3 do
  local ok, problem = pcall(require, "broken")
  assert(not ok and problem:find("broken"))
end
