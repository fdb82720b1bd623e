local generate <const> = require "contract.generate"
local json <const> = require "host.json"
local merge <const> = require "contract.merge"
local normals <const> = require "contract.document"
local test <const> = dofile "tests/lua/support.lua"

local HEAD <const> = "apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: 1.0.0\nstatus: active\n"

local function contract(source)
  return normals.normal(test.yaml(HEAD .. source, "datacontract.yaml"))
end

local function place()
  return "floe.yaml", 7, 3
end

local function conflicts_of(written, other)
  local out <const> = {}
  for index, one in ipairs(merge.into(written, other, { place = place })) do
    out[index] = ("%s %s %s:%d"):format(one.kind, one.path, one.file, one.line)
  end
  return out
end

local function orders(properties, more)
  local object <const> = more or {}
  object.name, object.properties = "orders", json.array(properties)
  return { schema = json.array { object } }
end

test.case("what a contract leaves open is filled, what it says stays", function()
  local written <const> = contract [[
schema:
  - name: orders
    properties:
      - { name: id, logicalType: integer, description: The number. }
      - { name: note }
]]
  test.equal(conflicts_of(written, orders({
    { name = "id", logicalType = "integer", physicalType = "bigint", required = true, description = "Another word." },
    { name = "NOTE", logicalType = "string", classification = "pii" },
    { name = "more" },
  })), { "text orders.id.description floe.yaml:7" })
  test.equal(written.schema[1].properties, json.array {
    { name = "id", logicalType = "integer", physicalType = "bigint", required = true, description = "The number." },
    { name = "note", logicalType = "string", classification = "pii" },
  })
end)

test.case("a contradiction is a conflict with the place of the other side, and the contract counts", function()
  local written <const> = contract [[
domain: sales
schema:
  - name: orders
    properties:
      - { name: id, logicalType: string, required: false, classification: public }
slaProperties:
  - { property: freshness, value: 12, unit: h }
]]
  local other <const> = orders({ { name = "id", physicalType = "bigint", required = true, classification = "pii" } })
  other.domain = "crm"
  other.slaProperties = json.array { { property = "freshness", value = "6h" }, { property = "latency", value = "5s" } }
  test.equal(conflicts_of(written, other), {
    "value domain floe.yaml:7", "type orders.id.logicalType floe.yaml:7",
    "classification orders.id.classification floe.yaml:7", "value orders.id.required floe.yaml:7",
    "value slaProperties.freshness.value floe.yaml:7",
  })
  test.equal(written.domain, "sales")
  test.equal(written.slaProperties, json.array {
    { property = "freshness", value = 12, unit = "h" }, { property = "latency", value = "5s" },
  })
end)

test.case("one promise in other words is no conflict", function()
  local written <const> = contract [[
schema:
  - { name: gold_orders, physicalName: db.orders, properties: [{ name: id, physicalType: bigint, unique: true }] }
slaProperties: [{ property: freshness, value: PT6H }]
]]
  local other <const> = orders({ { name = "id", logicalType = "integer", unique = true } })
  other.slaProperties = json.array { { property = "freshness", value = 6, unit = "h" } }
  test.equal(conflicts_of(written, other), {})
  test.equal(written.schema[1].properties[1].logicalType, "integer")
end)

test.case("fields that nobody knows are kept, at every depth", function()
  local written <const> = contract [[
ourOwn: { deep: [1, 2] }
schema:
  - name: orders
    ourMark: yes
    properties: [{ name: id, ourFlag: 7, items: { odd: true } }]
]]
  conflicts_of(written, orders({ { name = "id", required = true } }, { description = "Orders." }))
  test.equal(written.ourOwn, { deep = json.array { 1, 2 } })
  test.equal({ written.schema[1].ourMark, written.schema[1].description }, { "yes", "Orders." })
  test.equal(written.schema[1].properties[1], { name = "id", ourFlag = 7, items = { odd = true }, required = true })
end)

test.case("a column joins no key that the contract has written", function()
  local written <const> = contract [[
schema:
  - { name: orders, properties: [{ name: id, primaryKey: true }, { name: line }] }
]]
  test.equal(conflicts_of(written, orders({
    { name = "id", primaryKey = true, primaryKeyPosition = 1 },
    { name = "line", primaryKey = true, primaryKeyPosition = 2 },
  })), { "value orders.line.primaryKey floe.yaml:7" })
  test.equal(written.schema[1].properties[2].primaryKey, nil)
end)

test.case("rules of quality and references are added where they say something new", function()
  local written <const> = contract [[
schema:
  - name: orders
    properties:
      - name: state
        quality: [{ type: library, metric: invalidValues, mustBe: 0, arguments: { validValues: [a] } }]
        relationships: [{ type: foreignKey, to: states.id }]
]]
  local rule <const> = { type = "library", metric = "invalidValues", mustBe = 0, arguments = { validValues = { "b" } } }
  conflicts_of(written, orders({ {
    name = "state", quality = json.array { rule, { type = "library", metric = "nullValues", mustBe = 0 } },
    relationships = json.array { { to = "states.id" }, { to = "other.id" } },
  } }))
  local state <const> = written.schema[1].properties[1]
  test.equal({ #state.quality, state.quality[2].metric, state.relationships[2].to }, { 2, "nullValues", "other.id" })
end)

-- ---- from a port ------------------------------------------------------------------------------------------

local SPEC <const> = [[
metadata: { name: shop, version: 2.1.0, domain: sales, owner: shop-team@example.com }
output_ports:
  - name: orders
    table: gold.shop.fct_orders
    description: All orders.
    sla: { freshness: 90m, availability: "99.9%", quality: { completeness: 98 } }
    schema:
      - { name: id, type: bigint, primaryKey: true, required: true }
      - { name: email, type: varchar(64), classification: pii }
      - { name: total, type: "decimal(18,2)" }
]]

test.case("a port alone makes a whole contract", function()
  local spec <const> = test.yaml(SPEC, "floe.yaml")
  local settings <const> = generate.settings {
    data_contracts = { auto_generation = { default_classification = "internal" } },
  }
  local made <const> = generate.of_port(spec, spec.output_ports[1], nil, settings)
  test.equal({ generate.classify(made, settings), generate.classify(made, settings) }, { true, false })
  test.equal({ made.id, made.name, made.version, made.status, made.domain, made.team.name },
    { "sales.shop.orders", "shop-orders", "2.1.0", "active", "sales", "shop-team@example.com" })
  test.equal(made.schema[1].name, "fct_orders")
  test.equal(made.schema[1].properties, json.array {
    { name = "id", physicalType = "bigint", logicalType = "integer", primaryKey = true, primaryKeyPosition = 1,
      required = true, classification = "internal" },
    { name = "email", physicalType = "varchar(64)", logicalType = "string", classification = "pii" },
    { name = "total", physicalType = "decimal(18,2)", logicalType = "number", classification = "internal" },
  })
  test.equal(made.slaProperties, json.array {
    { property = "freshness", value = 90, unit = "m" }, { property = "availability", value = 99.9, unit = "percent" },
    { property = "completeness", value = 98 },
  })
  test.equal({ generate.place(made.schema[1].properties[2], "classification") }, { "floe.yaml", 9, 43 })
end)

test.case("a platform may keep descriptions out, and the generator off", function()
  local spec <const> = test.yaml(SPEC, "floe.yaml")
  local off <const> = generate.settings {
    data_contracts = { auto_generation = { enabled = false, include_descriptions = false } },
  }
  test.equal({ off.enabled, off.from_ports, off.from_dbt }, { false, false, true })
  local written <const> = generate.settings { data_contracts = { auto_generation = { from_ports = false } } }
  test.equal({ written.enabled, written.from_ports }, { true, false })
  test.equal(generate.of_port(spec, spec.output_ports[1], nil, off).description, nil)
end)

test.finish()
