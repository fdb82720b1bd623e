local contracts <const> = require "contract.read"
local document <const> = require "host.document"
local files <const> = require "host.files"
local test <const> = dofile "tests/lua/support.lua"

local function read(source, options)
  return contracts.from(test.yaml(source, "c.yaml"), "c.yaml", options)
end

local function codes(contract)
  local out <const> = {}
  for i, problem in ipairs(contract.problems) do
    out[i] = ("%s %s"):format(problem.code, problem.path)
  end
  return out
end

local HEAD <const> = "apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: 1.0.0\nstatus: active\n"

-- A contract of one object with one property.
local function with_property(text, version)
  local head <const> = version and HEAD:gsub("v3%.1%.0", version) or HEAD
  return read(head .. "schema:\n  - name: t\n    properties:\n      - { name: p, " .. text .. " }\n")
end

local EXAMPLES <const> = "../shared/data/odcs/examples"

test.case("the standard's own examples have no problem", function()
  if not files.is_dir(EXAMPLES) then
    return test.skip("the standard's own examples", EXAMPLES .. " is not here")
  end
  local count = 0
  for _, entry in ipairs(files.walk(EXAMPLES, {})) do
    local result <const> = assert(contracts.read(files.join(EXAMPLES, entry.path)))
    test.equal({ entry.path, result.broken, codes(result.contract) }, { entry.path, nil, {} })
    count = count + 1
  end
  test.truthy(count >= 15, "examples were found")
end)

test.case("a contract of the standard becomes a fact", function()
  local contract <const> = read(HEAD .. [[
name: orders
domain: sales
description: { purpose: All orders. }
team: { name: order-team }
schema:
  - name: orders
    physicalName: gold_orders
    description: One row an order.
    properties:
      - { name: order_id, logicalType: integer, required: true, unique: true, primaryKey: true }
      - { name: email, logicalType: string, physicalType: varchar(50), classification: pii }
slaProperties:
  - { property: freshness, value: 6, unit: h, element: orders.order_id }
]])
  test.equal(codes(contract), {})
  test.equal({ contract.unique_id, contract.name, contract.dialect, contract.owner, contract.description },
    { "contract.a", "orders", "odcs", "order-team", "All orders." })
  local orders <const> = contract.tables.orders
  test.equal({ orders.unique_id, orders.physical_name }, { "contract.a.orders", "gold_orders" })
  local names <const> = {}
  for name in pairs(orders.columns) do
    names[#names + 1] = name
  end
  test.equal(names, { "order_id", "email" })
  local id <const> = orders.columns.order_id
  test.equal({ id.logical_type, id.required, id.unique, id.primary_key }, { "integer", true, true, true })
  test.equal(orders.columns.email.classification, "pii")
  test.equal(document.plain(contract.sla),
    { { property = "freshness", value = 6, unit = "h", element = "orders.order_id" } })
end)

test.case("models and elements are read as tables and columns", function()
  local contract <const> = read [[
apiVersion: v3.0.2
kind: DataContract
name: my-product-customers
version: 1.0.0
owner: data-team@example.com
models:
  customers:
    elements:
      customer_id: { type: string, primaryKey: true }
      email: { type: string, format: email, classification: pii }
      visits: { type: long }
slaProperties:
  freshness: { value: "PT6H", element: updated_at }
  availability: { value: "99.9%" }
]]
  test.equal(codes(contract), {})
  test.equal({ contract.unique_id, contract.dialect, contract.owner },
    { "contract.my-product-customers", "models", "data-team@example.com" })
  local columns <const> = contract.tables.customers.columns
  test.equal({ columns.customer_id.primary_key, columns.visits.logical_type, columns.email.classification },
    { true, "integer", "pii" })
  test.equal(document.plain(contract.sla), {
    { property = "freshness", value = "PT6H", element = "updated_at" },
    { property = "availability", value = "99.9%" },
  })
end)

test.case("schema and columns are read as tables and columns", function()
  local contract <const> = read [[
apiVersion: v3.1.0
kind: DataContract
id: urn:x
version: 1.0.0
owner: a
status: active
schema:
  - name: customers
    columns:
      - { name: id, logicalType: string, physicalType: VARCHAR, primaryKey: true, format: uuid }
      - { name: segment, logicalType: string, enum: [a, b] }
      - { name: active, logicalType: boolean, default: true }
slaProperties: { freshness: { value: PT6H, element: updated_at }, latency: { value: PT30S } }
contacts: [ { name: x } ]
]]
  test.equal(codes(contract), {})
  test.equal({ contract.dialect, contract.tables.customers.columns.id.logical_type }, { "columns", "string" })
end)

test.case("problems of the simple forms have their codes and places", function()
  local contract <const> = read [[
apiVersion: v3.0.2
kind: DataContract
name: x
version: 1.0.0
models:
  customers:
    elements:
      a: { type: sting }
      b: { type: string, format: e-mail }
      c: { type: string, classification: secret }
      d: { type: string, pattern: "[" }
      e: { type: int, minimum: 9, maximum: 1 }
slaProperties:
  freshness: { value: soon }
  availability: 200
]]
  test.equal(codes(contract), {
    "FLOE-E503 models.customers.elements.a.type",
    "FLOE-E504 models.customers.elements.b.format",
    "FLOE-E505 models.customers.elements.c.classification",
    "FLOE-E506 models.customers.elements.d.pattern",
    "FLOE-E507 models.customers.elements.e.minimum",
    "FLOE-E504 slaProperties.freshness",
    "FLOE-E504 slaProperties.availability",
  })
  local _, line <const> = document.place(contract.problems[2])
  test.equal(line, 9)
  test.equal(document.plain(contract.problems[1].suggestions), { "string" })
end)

test.case("versions of the standard that are not read say so", function()
  test.equal(codes(read "apiVersion: v9.0.0\nkind: DataContract\nid: a\nversion: 1.0.0\n"),
    { "FLOE-E502 apiVersion" })
  local bare <const> = read "apiVersion: 3.1.0\nkind: DataContract\nid: a\nversion: 1.0.0\nstatus: active\n"
  test.equal(codes(bare), { "FLOE-E502 apiVersion" })
  test.equal(bare.problems[1].suggestions[1], "v3.1.0")
end)

test.case("a file that is no contract is a contract with one problem", function()
  local folder <const> = test.folder { ["bad.yaml"] = "a: [\n", ["list.yaml"] = "[]\n", ["empty.yaml"] = "" }
  for _, name in ipairs { "bad.yaml", "list.yaml", "empty.yaml" } do
    local result <const> = assert(contracts.read(files.join(folder, name)))
    test.equal({ name, result.contract.problems[1].code }, { name, "FLOE-E509" })
    test.truthy(result.broken.line, "its place is known")
  end
  local nothing <const>, err <const> = contracts.read(files.join(folder, "none.yaml"))
  test.equal({ nothing, err.code }, { nil, "not_found" })
end)

-- ---- each class of what the JSON Schema refuses, and what it cannot express -------------------------------

local function one(text, expected, version)
  test.equal(codes(with_property(text, version)), expected)
end

test.case("required fields of the root", function()
  test.equal(codes(read "apiVersion: v3.1.0\nkind: DataContract\n"),
    { "FLOE-E501 version", "FLOE-E501 id", "FLOE-E501 status" })
  test.equal(codes(read(HEAD .. "kindd: x\n")), { "FLOE-E501 kindd" })
end)

test.case("types, enums and unknown keys of a property", function()
  one("logicalType: text", { "FLOE-E503 schema[0].properties[0].logicalType" })
  one("required: 1", { "FLOE-E501 schema[0].properties[0].required" })
  one("requird: true", { "FLOE-E501 schema[0].properties[0].requird" })
  one("primaryKeyPosition: first", { "FLOE-E501 schema[0].properties[0].primaryKeyPosition" })
  one("tags: finance", { "FLOE-E501 schema[0].properties[0].tags" })
  one("id: 'a b'", { "FLOE-E506 schema[0].properties[0].id" })
end)

test.case("options belong to the logical type", function()
  one("logicalType: string, logicalTypeOptions: { minItems: 1 }",
    { "FLOE-E501 schema[0].properties[0].logicalTypeOptions.minItems" })
  one("logicalType: integer, logicalTypeOptions: { format: f32 }",
    { "FLOE-E504 schema[0].properties[0].logicalTypeOptions.format" })
  one("logicalType: string, logicalTypeOptions: { minLength: -1 }",
    { "FLOE-E507 schema[0].properties[0].logicalTypeOptions.minLength" })
  one("logicalType: date, logicalTypeOptions: { minimum: 5 }",
    { "FLOE-E501 schema[0].properties[0].logicalTypeOptions.minimum" })
  one("logicalType: integer, logicalTypeOptions: { exclusiveMinimum: true }",
    { "FLOE-E501 schema[0].properties[0].logicalTypeOptions.exclusiveMinimum" })
  one("logicalType: integer, logicalTypeOptions: { exclusiveMinimum: true }", {}, "v3.0.2")
end)

test.case("quality rules have what their type needs, and one comparison", function()
  one("quality: [ { metric: rowCount } ]", { "FLOE-E501 schema[0].properties[0].quality[0]" })
  one("quality: [ { metric: rowCount, mustBe: 1, mustNotBe: 2 } ]", { "FLOE-E501 schema[0].properties[0].quality[0]" })
  one("quality: [ { metric: rowCounts, mustBe: 1 } ]", { "FLOE-E501 schema[0].properties[0].quality[0].metric" })
  one("quality: [ { type: sql, mustBe: 1 } ]", { "FLOE-E501 schema[0].properties[0].quality[0]" })
  one("quality: [ { type: custom, engine: soda } ]", { "FLOE-E501 schema[0].properties[0].quality[0]" })
  one("quality: [ { metric: rowCount, mustBeBetween: [5, 1] } ]",
    { "FLOE-E507 schema[0].properties[0].quality[0].mustBeBetween" })
  one("quality: [ { metric: rowCount, mustBeBetween: [5] } ]",
    { "FLOE-E507 schema[0].properties[0].quality[0].mustBeBetween" })
  one("quality: [ { type: text, description: fine } ]", {})
  one("quality: [ { rule: duplicateCount, mustBe: 1 } ]", {}, "v3.0.2")
end)

test.case("bounds stand in order, expressions compile, formats are not misspelt", function()
  one("logicalType: string, logicalTypeOptions: { minLength: 20, maxLength: 10 }",
    { "FLOE-E507 schema[0].properties[0].logicalTypeOptions.minLength" })
  one("logicalType: date, logicalTypeOptions: { minimum: '2021-01-01', maximum: '2020-01-01' }",
    { "FLOE-E507 schema[0].properties[0].logicalTypeOptions.minimum" })
  one("logicalType: string, logicalTypeOptions: { pattern: '^[a' }",
    { "FLOE-E506 schema[0].properties[0].logicalTypeOptions.pattern" })
  one("logicalType: string, logicalTypeOptions: { format: e-mail }",
    { "FLOE-E504 schema[0].properties[0].logicalTypeOptions.format" })
  one("logicalType: string, logicalTypeOptions: { format: iban }", {})
end)

test.case("classifications are the known ones and the organisation's", function()
  one("classification: semi-public", { "FLOE-E505 schema[0].properties[0].classification" })
  one("classification: '3'", {})
  local source <const> = HEAD .. "schema: [ { name: t, properties: [ { name: p, classification: Geheim } ] } ]\n"
  test.equal(codes(read(source, { levels = { "geheim" } })), {})
end)

test.case("names and places in keys are unique", function()
  test.equal(codes(read(HEAD .. [[
schema:
  - name: t
    properties:
      - { name: a, primaryKey: true, primaryKeyPosition: 1 }
      - { name: b, primaryKey: true, primaryKeyPosition: 1 }
      - { name: a }
  - name: t
]])), {
    "FLOE-E501 schema[0].properties[1].primaryKeyPosition",
    "FLOE-E501 schema[0].properties[2].name",
    "FLOE-E501 schema[1].name",
  })
end)

test.case("relationships lead to a property of the contract", function()
  test.equal(codes(read(HEAD .. [[
schema:
  - name: orders
    relationships:
      - { from: orders.customer_id, to: customers.id }
      - { from: [orders.customer_id], to: [customers.id, customers.country] }
      - { from: orders.customer_id, to: customer.id }
      - { from: orders.customer_id, to: shops.id }
      - { from: orders.customer_id, to: other.yaml#/schema/x/properties/y }
    properties:
      - { name: customer_id, relationships: [ { to: customers.nothing }, { from: orders.x, to: customers.id } ] }
  - { name: customers, id: cust, properties: [ { name: id, id: cid }, { name: country } ] }
  - name: more
    properties:
      - { name: p, relationships: [ { to: /schema/cust/properties/cid }, { to: schema/cust/properties/no } ] }
]])), {
    "FLOE-E501 schema[0].relationships[1]",
    "FLOE-E501 schema[0].relationships[2].to",
    "FLOE-E501 schema[0].properties[0].relationships[0].to",
    "FLOE-E501 schema[0].properties[0].relationships[1].from",
    "FLOE-E501 schema[2].properties[0].relationships[1].to",
  })
end)

test.case("service levels can be measured, on something that is there", function()
  test.equal(codes(read(HEAD .. [[
schema: [ { name: t, properties: [ { name: a } ] } ]
slaProperties:
  - { property: freshness, value: PT6H, element: t.a }
  - { property: freshness, value: six hours }
  - { property: latency, value: 4, unit: parsecs }
  - { property: availability, value: 101% }
  - { property: freshness, value: 1, unit: d, element: t.b }
  - { property: freshness, value: 1, unit: d, element: elsewhere.b }
  - { property: retention, value: 3, unit: y, element: "a, c" }
  - { property: generalAvailability, value: "2022-05-12T09:30:10-08:00" }
  - { property: frequency }
]])), {
    "FLOE-E504 slaProperties[1].value",
    "FLOE-E504 slaProperties[2].unit",
    "FLOE-E504 slaProperties[3].value",
    "FLOE-E501 slaProperties[4].element",
    "FLOE-E501 slaProperties[6].element",
    "FLOE-E501 slaProperties[8].value",
  })
end)

test.case("servers have what their type needs", function()
  test.equal(codes(read(HEAD .. [[
servers:
  - { server: a, type: postgres, host: h, port: 5432, database: d, schema: s }
  - { server: b, type: postgress, host: h }
  - { server: c, type: bigquery, project: p }
  - { server: d, type: s3, location: "s3://x", account: y }
  - { server: a, type: kafka, host: h }
  - { server: e, type: oracle, host: h, port: many, serviceName: s }
]])), {
    "FLOE-E501 servers[1].type",
    "FLOE-E501 servers[2]",
    "FLOE-E501 servers[3].account",
    "FLOE-E501 servers[4].server",
    "FLOE-E501 servers[5].port",
  })
end)

test.case("what 3.2 brought is read there, and named as such before", function()
  one("enum: [ { value: a } ]", { "FLOE-E501 schema[0].properties[0].enum" })
  one("enum: [ { value: a, label: A }, { value: b }, { value: a, label: again } ]",
    { "FLOE-E501 schema[0].properties[0].enum[2].value" }, "v3.2.0")
  one("logicalType: vector, logicalTypeOptions: { dimensions: 384 }", {}, "v3.2.0")
  one("logicalType: vector", { "FLOE-E503 schema[0].properties[0]" }, "v3.2.0")
  one("logicalType: vector, logicalTypeOptions: { normalized: true }",
    { "FLOE-E501 schema[0].properties[0].logicalTypeOptions.dimensions" }, "v3.2.0")
  one("logicalType: map", { "FLOE-E503 schema[0].properties[0]" }, "v3.2.0")
  one("logicalType: map, map: { key: { logicalType: string }, value: { logicalType: integer } }", {}, "v3.2.0")
  one("semanticType: measure, synonyms: [ { synonym: x } ], deprecated: true", {}, "v3.2.0")
  one("relationships: []", { "FLOE-E501 schema[0].properties[0].relationships" }, "v3.0.2")
  one("items: { logicalType: string }, logicalType: string", { "FLOE-E503 schema[0].properties[0].items" })
end)

test.case("what lacks its name or type is told as missing, and the rules about it wait", function()
  test.equal(codes(read(HEAD .. "slaProperties: [{ value: 4 }]\n")), { "FLOE-E501 slaProperties[0].property" })
  test.equal(codes(read(HEAD .. "servers: [{ server: a, host: h }]\n")), { "FLOE-E501 servers[0].type" })
  local simple <const> = "apiVersion: v3.0.2\nkind: DataContract\nversion: 1.0.0\nmodels: { t: { elements: {} } }\n"
  test.equal(codes(read(simple .. "slaProperties: [{ value: 4 }]\n")), { "FLOE-E501 slaProperties[0].property" })
end)

test.case("a quality rule without a type that compares is one of the library", function()
  test.equal(codes(with_property("quality: [{ mustBe: 0 }]")), { "FLOE-E501 schema[0].properties[0].quality[0]" })
  test.equal(codes(with_property("quality: [{ description: by hand }]")), {})
end)

test.case("an odd status is a note, not a problem", function()
  local contract <const>, notes <const> = read((HEAD:gsub("active", "actve")))
  test.equal(codes(contract), {})
  test.equal(notes[1].hint, "did you mean 'active'?")
  test.equal(notes[1].line, 5)
end)

test.finish()
