-- luacheck: ignore
-- tries: to write to a library with functions that write
-- wall: state
-- expects: ok
for _, library in ipairs({ string, table, math, utf8 }) do
  assert(not pcall(table.insert, library, "evil"))
  assert(not pcall(table.insert, library, 1, "evil"))
  assert(not pcall(table.remove, library))
  assert(not pcall(table.sort, library))
  assert(not pcall(table.move, { "evil" }, 1, 1, 1, library))
  assert(not pcall(setmetatable, library, {}))
  assert(rawget(library, 1) == nil and rawlen(library) == 0)
end
