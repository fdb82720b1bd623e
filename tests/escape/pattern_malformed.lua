-- luacheck: ignore
-- tries: to read beyond the end of a pattern
-- wall: state
-- expects: ok
for _, pattern in ipairs({ "%", "[", "[^", "[]", "[%", "[a-", "[a-%", "%b", "%bx", "%f", "%f[", "(", ")", "%1", "(%1)", "()%2" }) do
  assert(not pcall(string.match, "aaa", pattern), pattern)
end
