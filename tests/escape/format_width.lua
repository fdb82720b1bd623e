-- luacheck: ignore
-- tries: to ask for a huge width or precision
-- wall: state
-- expects: ok
for _, format in ipairs({ "%1000000d", "%.1000000f", "%99999999s", "%010000000d", "%-+ #0-+ #0-+ #0-+ #0-+ #0d" }) do
  assert(not pcall(string.format, format, 1))
end
assert(#("%99.99f"):format(-1e308) < 500)
