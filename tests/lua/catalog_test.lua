local catalog <const> = require "host.catalog"
local files <const> = require "host.files"
local test <const> = dofile "tests/lua/support.lua"

-- A catalog in a folder of its own.
local function open(path)
  local handle <const>, err <const> = catalog.open { type = "sqlite", config = { path = path } }
  if not handle then
    error(err.message, 2)
  end
  return handle
end

local function new()
  return open(files.join(test.folder {}, "catalog.db"))
end

test.case("a catalog's handle speaks of namespaces in plain tables", function()
  local handle <close> = new()
  test.equal(handle:load { "sales" }, false)
  test.equal(handle:create({ "sales", "orders" }, { owner = "a", text = "line\nline" }), "created")
  test.equal(handle:create({ "sales", "orders" }, { owner = "b" }), "exists")
  test.equal(handle:load { "sales", "orders" }, { owner = "a", text = "line\nline" })
  test.equal(handle:load { "sales" }, {})
  test.equal(handle:list {}, { { "sales" } })
  test.equal(handle:list { "sales" }, { { "sales", "orders" } })
  test.equal(handle:update({ "sales", "orders" }, { owner = "c" }, { "text" }), true)
  test.equal(handle:load { "sales", "orders" }, { owner = "c" })
  test.equal(handle:tables { "sales", "orders" }, {})
  test.equal(handle:table({ "sales", "orders" }, "lines"), false)
  test.equal(handle:describe().type, "sqlite")
  local dropped <const>, err <const> = handle:drop { "sales" }
  test.equal({ dropped, err.code }, { nil, "conflict" })
  test.equal(handle:drop { "sales", "orders" }, true)
end)

test.case("misuse of a handle raises, and what the world refuses is an error value", function()
  local handle <const> = new()
  for _, misuse in ipairs {
    function() handle:create("sales", {}) end,
    function() handle:create({ "sales" }, { 1 }) end,
    function() handle:create({ "sales" }, { a = 1 }) end,
    function() handle:create({ "sales" }, { a = "\0" }) end,
    function() handle:create({ 1 }, {}) end,
    function() catalog.open { type = "sqlite" } end,
  } do
    test.equal(pcall(misuse), false)
  end
  local outcome <const>, err <const> = handle:create({ "a.b" }, {})
  test.equal({ outcome, err.code }, { nil, "invalid" })
  handle:close()
  handle:close()
  local ok <const>, message <const> = pcall(handle.load, handle, { "a" })
  test.equal(ok, false)
  test.contains(message, "the catalog is closed")
  local none <const>, wrong <const> = catalog.open { type = "sqlit", config = {} }
  test.equal({ none, wrong.hint }, { nil, "did you mean 'sqlite'?" })
end)

test.finish()
