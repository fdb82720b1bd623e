-- What the project says of the nodes of a run.
local facts <const> = require "run.facts"
local test <const> = dofile "tests/lua/support.lua"

local PROPERTIES <const> = [[
version: 2
models:
  - name: orders
    columns: [ { name: id, data_tests: [ not_null ] } ]
  - name: lines
    latest_version: 2
    versions: [ { v: 1 }, { v: 2 } ]
unit_tests:
  - name: sums_up
    model: orders
    given: [ { input: ref('raw'), rows: [ { id: 1 } ] } ]
    expect: { rows: [ { id: 1 } ] }
  - name: of_a_version
    model: lines
    versions: { include: [ 1 ] }
    given: []
    expect: { rows: [ { id: 1 } ] }
]]

local function opened()
  local root <const> = test.folder {
    ["dbt_project.yml"] = "name: shop\nversion: 1.0.0\nprofile: shop\n",
    ["profiles.yml"] = "shop: { target: dev, outputs: { dev: { type: duckdb, path: shop.duckdb } } }\n",
    ["models/raw.sql"] = "select 1 as id\n",
    ["models/orders.sql"] = "select * from {{ ref('raw') }}\n",
    ["models/lines_v1.sql"] = "select 1 as id\n",
    ["models/lines_v2.sql"] = "select 1 as id\n",
    ["models/properties.yml"] = PROPERTIES,
  }
  return facts.open {
    root = root, project = root, reading = { profiles = root },
    artifact = { dbt = { profile = "shop" }, transforms = { models = { { name = "orders", quality_tier = "gold" } } } },
  }
end

local function completed(known, id, name)
  return known:complete { unique_id = id, kind = id:match("^[^.]+"), name = name, status = "pass" }
end

test.case("a unit test is of the model that it tests, and of one version of it", function()
  local known <const> = opened()
  test.truthy(known.project, "the project was not read")
  test.equal(completed(known, "unit_test.shop.orders.sums_up", "sums_up").attached, "model.shop.orders")
  local of_version
  for id in pairs(known.tested) do
    of_version = id:find("of_a_version", 1, true) and id or of_version
  end
  test.equal(completed(known, of_version, "of_a_version").attached, "model.shop.lines.v1")
end)

test.case("a test of data stays with the model that dbt names", function()
  local node <const> = { unique_id = "unit_test.shop.orders.sums_up", kind = "unit_test", name = "sums_up",
    attached = "model.shop.raw" }
  test.equal(opened():complete(node).attached, "model.shop.raw")
end)

test.finish()
