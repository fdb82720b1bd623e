-- luacheck: ignore
-- tries: to see an address in an error message
-- wall: state
-- expects: ok
for _, f in ipairs({
  function() return {} + 1 end,
  function() return {} < {} end,
  function() return #type end,
  function() return ({}).x.y end,
  function() return type() end,
  function() table.concat({ {} }) end,
  function() ("x"):gsub("x", function() return {} end) end,
  function() ("x"):rep({}) end,
  function() error(("x"):rep({})) end,
}) do
  local ok, problem = pcall(f)
  assert(not ok and not problem:find("0x"), problem)
end
