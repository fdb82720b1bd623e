-- Reads the table that reader.py made, and drops it.

local document <const> = require "host.document"
local catalog <const> = require "host.catalog"
local test <const> = dofile "tests/lua/support.lua"

local settings <const> = document.plain(document.parse(os.getenv("FLOE_TEST_CATALOG"), "settings", { format = "json" }))
local name <const> = { "retail", "orders" }

test.case("a table that another program made is read and dropped", function()
  local handle <close> = assert(catalog.open(settings))
  test.equal(handle:tables(name), { "lines" })
  local found <const> = handle:table(name, "lines")
  test.contains(found.metadata_location, "metadata")
  test.equal(found.metadata.schemas[1].fields[1].name, "order_id")
  test.equal(found.metadata.schemas[1].fields[1].required, true)
  local credentials <const>, err <const> = handle:credentials(name, "lines")
  test.equal({ credentials, err.code }, { nil, "invalid" })
  local dropped <const>, refused <const> = handle:drop(name)
  test.equal({ dropped, refused.code }, { nil, "conflict" })
  test.equal(handle:drop_table(name, "lines"), true)
  test.equal(handle:tables(name), {})
end)

test.finish()
