local contracts <const> = require "contract.read"
local document <const> = require "host.document"
local files <const> = require "host.files"
local hash <const> = require "contract.hash"
local json <const> = require "host.json"
local normal <const> = require "contract.document"
local test <const> = dofile "tests/lua/support.lua"

local EXAMPLES <const> = "../shared/data/odcs/examples"

local HEAD <const> = "apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: 1.0.0\nstatus: active\n"

local function of(source)
  return normal.normal(test.yaml(source, "c.yaml"))
end

test.case("a contract of the standard stays what it is", function()
  local source <const> = HEAD .. [[
x-unknown: { a: [1, null, 2.5] }
schema:
  - name: t
    properties:
      - { name: p, logicalType: string, strange: true, logicalTypeOptions: { maxLength: 3 } }
]]
  test.equal(of(source), document.plain(test.yaml(source), true))
end)

test.case("the standard's own examples lose nothing", function()
  if not files.is_dir(EXAMPLES) then
    return test.skip("the standard's own examples", EXAMPLES .. " is not here")
  end
  local count = 0
  for _, entry in ipairs(files.walk(EXAMPLES, {})) do
    local root <const> = assert(document.read(files.join(EXAMPLES, entry.path), {}))
    local expected <const> = document.plain(root, true)
    local made <const> = normal.normal(root)
    expected.apiVersion, made.apiVersion = nil, nil
    if expected.team and #expected.team > 0 then
      expected.team = { members = expected.team }
    end
    test.equal(json.encode(made, { indent = 1 }), json.encode(expected, { indent = 1 }), entry.path)
    count = count + 1
  end
  test.truthy(count >= 15, "examples were found")
end)

test.case("what version 3.0 wrote otherwise is raised", function()
  local made <const> = of([[
apiVersion: v3.0.2
kind: DataContract
id: a
version: 1.0.0
status: active
team: [{ username: ann, role: owner }]
schema:
  - name: t
    quality: [{ rule: duplicateCount, mustBeLessThan: 3 }, { rule: other }]
    properties:
      - { name: p, logicalType: integer, logicalTypeOptions: { minimum: 5, exclusiveMinimum: true, maximum: 9,
          exclusiveMaximum: false } }
]])
  test.equal(made.apiVersion, "v3.1.0")
  test.equal(made.team, { members = { { username = "ann", role = "owner" } } })
  test.equal(made.schema[1].quality, { { metric = "duplicateValues", mustBeLessThan = 3 }, { rule = "other" } })
  test.equal(made.schema[1].properties[1].logicalTypeOptions, { exclusiveMinimum = 5, maximum = 9 })
end)

local MODELS <const> = [[
apiVersion: v3.0.2
kind: DataContract
name: customers
version: 1.2.0
status: deprecated
owner: customer-data
description: All customers.
terms: { usage: For reports., pii_handling: masked }
deprecation: { announced: 2026-10-01, sunset_date: 2026-12-01, replacement: customers_v2 }
models:
  zebra:
    description: One row each.
    elements:
      customer_id: { type: long, required: true, primaryKey: true, unique: true }
      email:
        type: string
        format: email
        classification: pii
        pattern: ^.+@.+$
      amount: { type: double, minimum: 0, default: 0 }
      status: { type: string, nullable: false, enum: [active, gone] }
  aardvark:
    elements: { a: { type: boolean } }
slaProperties:
  freshness: { value: PT6H, element: zebra.customer_id }
  availability: 99.9%
]]

test.case("models and elements become schema and properties", function()
  local made <const> = of(MODELS)
  test.equal({ made.id, made.name, made.version, made.apiVersion, made.status },
    { "customers", "customers", "1.2.0", "v3.2.0", "deprecated" })
  test.equal(made.team, { name = "customer-data" })
  test.equal(made.description, { purpose = "All customers.", usage = "For reports." })
  test.equal(normal.custom(made, "deprecation").replacement, "customers_v2")
  test.equal(normal.custom(made, "terms"), { pii_handling = "masked" })
  test.equal({ made.schema[1].name, made.schema[2].name }, { "zebra", "aardvark" })
  test.equal(made.schema[1].properties, {
    { name = "customer_id", logicalType = "integer", logicalTypeOptions = { format = "i64" }, required = true,
      primaryKey = true, unique = true },
    { name = "email", logicalType = "string", classification = "pii",
      logicalTypeOptions = { format = "email", pattern = "^.+@.+$" } },
    { name = "amount", logicalType = "number", logicalTypeOptions = { format = "f64", minimum = 0 },
      customProperties = { { property = "default", value = 0 } } },
    { name = "status", logicalType = "string", required = true, enum = { { value = "active" }, { value = "gone" } } },
  })
  test.equal(made.slaProperties, {
    { property = "freshness", value = "PT6H", element = "zebra.customer_id" },
    { property = "availability", value = "99.9%" },
  })
end)

test.case("what is made of the simple forms is a contract of the standard", function()
  local made <const> = of(MODELS)
  local contract <const> = contracts.from(document.build(made), "made.yaml")
  local found <const> = {}
  for index, problem in ipairs(contract.problems) do
    found[index] = problem.message
  end
  test.equal(found, {})
end)

test.case("schema and columns become schema and properties", function()
  local made <const> = of([[
apiVersion: v3.1.0
kind: DataContract
id: urn:x
version: 1.0.0
owner: us
contacts: [{ name: Ann }]
links: [{ type: docs, url: https://example.com }]
customProperties: { floe.data_product: x }
schema:
  - name: t
    columns:
      - { name: a, logicalType: decimal, physicalType: "DECIMAL(12,2)", customProperties: { k: v } }
slaProperties: [{ property: latency, value: PT30S, percentile: 95 }]
]])
  test.equal(made.schema[1].properties[1], { name = "a", logicalType = "number", physicalType = "DECIMAL(12,2)",
    customProperties = { { property = "k", value = "v" } } })
  test.equal(made.schema[1].columns, nil)
  test.equal(made.authoritativeDefinitions, { { type = "docs", url = "https://example.com" } })
  test.equal(normal.custom(made, "contacts"), { { name = "Ann" } })
  test.equal(normal.custom(made, "floe.data_product"), "x")
  test.equal(made.slaProperties, { { property = "latency", value = "PT30S", percentile = 95 } })
  test.equal(made.apiVersion, "v3.1.0")
end)

test.case("a part's place is found again in every form", function()
  local made <const> = of(MODELS)
  local function line(...)
    local file <const>, at <const> = normal.place(made, { ... })
    return file .. ":" .. at
  end
  test.equal({ line("schema", 1, "properties", 2), line("schema", 1, "properties", 2, "logicalTypeOptions", "pattern"),
    line("schema", 1, "properties", 4, "enum", 1), line("slaProperties", 2), line("version"), line() },
    { "c.yaml:15", "c.yaml:19", "c.yaml:21", "c.yaml:26", "c.yaml:4", "c.yaml:1" })
  test.equal(line("schema", 2, "properties", 1, "logicalType"), "c.yaml:23")
  local odcs <const> = of(HEAD .. "schema:\n  - name: t\n    properties:\n      - name: p\n        required: true\n")
  test.equal({ normal.place(odcs, { "schema", 1, "properties", 1, "required" }) }, { "c.yaml", 10, 9 })
  test.equal({ normal.place(odcs, { "schema", 1, "properties", 1, "classification" }) }, { "c.yaml", 9, 9 })
  test.equal({ normal.place({}, { "schema" }) }, {})
end)

test.case("malformed parts become empty ones, in their places", function()
  local made <const> = of(HEAD .. [[
description: 3
team: 4
servers: none
schema:
  - just text
  - { name: t, tags: one, quality: [1], properties: [2, { name: p, logicalTypeOptions: 3, enum: [a], items: 5,
      map: { key: 1 } }] }
]])
  test.equal(made.schema, { {}, { name = "t", quality = { {} }, properties = { {},
    { name = "p", enum = { {} }, map = {} } } } })
  test.equal({ made.description, made.team, made.servers }, {})
  test.equal(of("models: 3\nslaProperties: { a: [1] }\n").schema, {})
  test.equal(of("models: { a: 1, b: { elements: [1] } }\n").schema[1], {})
  test.truthy(hash.of(made))
end)

test.case("the hash is of what is promised, not of how it is written", function()
  local base <const> = hash.of(of(HEAD .. [[
schema:
  - name: t
    properties:
      - { name: p, logicalType: string, tags: [x, y] }
      - { name: q, logicalType: number, logicalTypeOptions: { minimum: 1.0 } }
slaProperties: [{ property: latency, value: 6, unit: h }]
]]))
  test.truthy(base:find("^sha256:%x+$") and #base == 71, base)
  test.equal(hash.of(of([[
apiVersion: v3.0.2
kind: DataContract
id: b
version: 2.0.0
status: draft
slaProperties: [{ unit: h, property: latency, value: 6 }]
schema:
  - properties:
      - { name: q, required: false, logicalTypeOptions: { minimum: 1 }, logicalType: number, primaryKeyPosition: -1 }
      - { tags: [y, x], logicalType: string, name: p }
    name: t
    tags: []
]])), base)
  for _, change in ipairs { { "number", "integer" }, { "unit: h", "unit: d" }, { "x, y", "x" },
    { "minimum: 1.0", "minimum: 2" } } do
    local text <const> = HEAD .. [[
schema:
  - name: t
    properties:
      - { name: p, logicalType: string, tags: [x, y] }
      - { name: q, logicalType: number, logicalTypeOptions: { minimum: 1.0 } }
slaProperties: [{ property: latency, value: 6, unit: h }]
]]
    test.truthy(hash.of(of((text:gsub(change[1], change[2])))) ~= base, change[2])
  end
end)

test.finish()
