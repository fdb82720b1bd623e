-- What every catalog promises, asked of the one that FLOE_TEST_CATALOG names.

local catalog <const> = require "host.catalog"
local document <const> = require "host.document"
local test <const> = dofile "tests/lua/support.lua"

local settings <const> = document.plain(document.parse(os.getenv("FLOE_TEST_CATALOG"), "settings", { format = "json" }))

-- What it holds of a namespace, without what the server adds by itself.
local function properties_of(handle, name)
  local properties <const>, err <const> = handle:load(name)
  if properties == nil then
    error(err.message, 2)
  end
  if properties then
    properties.location = nil
  end
  return properties
end

local function open()
  return assert(catalog.open(settings))
end

test.case("a namespace is created once, with its parents and all of its properties", function()
  local handle <close> = open()
  test.equal(handle:describe().type, settings.type)
  test.equal(properties_of(handle, { "sales" }), false)
  test.equal(handle:create({ "sales", "orders" }, { owner = "a", text = "two\nlines, äöü, \"quoted\"" }), "created")
  test.equal(handle:create({ "sales", "orders" }, { owner = "b" }), "exists")
  test.equal(properties_of(handle, { "sales", "orders" }), { owner = "a", text = "two\nlines, äöü, \"quoted\"" })
  test.equal(properties_of(handle, { "sales" }), {})
  test.equal(properties_of(handle, { "sales", "other" }), false)
end)

test.case("namespaces are listed level by level", function()
  local handle <close> = open()
  test.equal(handle:create({ "sales", "orders", "contracts", "orders_1_0_0" }, { hash = "1" }), "created")
  test.equal(handle:create({ "sales", "a b" }, {}), "created")
  test.equal(handle:list { "sales" }, { { "sales", "a b" }, { "sales", "orders" } })
  test.equal(handle:list { "sales", "orders", "contracts" }, { { "sales", "orders", "contracts", "orders_1_0_0" } })
  test.equal(handle:list { "sales", "nothing" }, {})
  local tops <const> = {}
  for _, name in ipairs(handle:list {}) do
    tops[name[1]] = #name
  end
  test.equal(tops.sales, 1)
end)

test.case("properties are set and removed at once", function()
  local handle <close> = open()
  test.equal(handle:update({ "sales", "orders" }, { owner = "c", more = "1" }, { "text", "never" }), true)
  test.equal(properties_of(handle, { "sales", "orders" }), { owner = "c", more = "1" })
  local done <const>, err <const> = handle:update({ "sales", "nothing" }, { owner = "c" })
  test.equal({ done, err.code }, { nil, "not_found" })
end)

test.case("only what is empty can be dropped", function()
  local handle <close> = open()
  local dropped <const>, err <const> = handle:drop { "sales", "orders" }
  test.equal({ dropped, err.code }, { nil, "conflict" })
  test.equal(handle:drop { "sales", "orders", "contracts", "orders_1_0_0" }, true)
  test.equal(handle:drop { "sales", "orders", "contracts" }, true)
  test.equal(handle:drop { "sales", "orders" }, true)
  local again <const>, absent <const> = handle:drop { "sales", "orders" }
  test.equal({ again, absent.code }, { nil, "not_found" })
end)

test.case("tables that are not there are none", function()
  local handle <close> = open()
  test.equal(handle:tables { "sales" }, {})
  test.equal(handle:table({ "sales" }, "orders"), false)
  local dropped <const>, err <const> = handle:drop_table({ "sales" }, "orders")
  test.equal({ dropped, err.code }, { nil, "not_found" })
  local credentials <const>, none <const> = handle:credentials({ "sales" }, "orders")
  test.equal({ credentials, none.code }, { nil, "not_found" })
end)

test.finish()
