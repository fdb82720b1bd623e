-- luacheck: ignore
-- tries: to load a file by require
-- wall: state
-- expects: ok
for _, name in ipairs({ "/etc/passwd", "../policies/x", "io", "os", "debug", "_G", "package", "string", "", "\0" }) do
  assert(not pcall(require, name))
end
assert(not pcall(require, {}) and not pcall(require, nil) and not pcall(require, function() end))
