-- Every kind of change has a case here, and what must hold of all of them is held against all cases.

local change <const> = require "contract.change"
local document <const> = require "host.document"
local files <const> = require "host.files"
local hash <const> = require "contract.hash"
local json <const> = require "host.json"
local kinds <const> = require "contract.kinds"
local normal <const> = require "contract.document"
local pattern <const> = require "contract.pattern"
local promise <const> = require "contract.promise"
local test <const> = dofile "tests/lua/support.lua"
local types <const> = require "contract.types"

local BASE <const> = [[
apiVersion: v3.2.0
kind: DataContract
id: sales.orders
name: orders
version: 1.0.0
status: active
description: { purpose: All orders. }
tags: [sales]
team: { name: order-team, description: They know. }
servers:
  - { server: prod, type: postgres, host: db, port: 5432, database: d, schema: s, description: Main. }
schema:
  - name: orders
    physicalName: gold_orders
    physicalType: table
    description: One row an order.
    quality:
      - { id: rows, metric: rowCount, mustBeGreaterThan: 100 }
    properties:
      - { name: order_id, id: order_id, logicalType: integer, logicalTypeOptions: { format: i32 }, required: true,
          unique: true, primaryKey: true, primaryKeyPosition: 1, description: The number of the order. }
      - { name: line, logicalType: integer, primaryKey: true, primaryKeyPosition: 2 }
      - { name: email, logicalType: string, physicalType: varchar(20), classification: internal,
          logicalTypeOptions: { maxLength: 20, pattern: "^[a-z]{2,5}$", format: email } }
      - { name: status, logicalType: string, enum: [{ value: open }, { value: paid }] }
      - { name: amount, logicalType: number, physicalType: "decimal(12,2)",
          logicalTypeOptions: { minimum: 0, multipleOf: 0.5 } }
      - { name: day, logicalType: date, partitioned: true, relationships: [{ to: calendar.day }] }
      - name: vector
        logicalType: vector
        logicalTypeOptions: { dimensions: 3 }
      - name: tags
        logicalType: array
        items: { logicalType: string }
      - name: address
        logicalType: object
        logicalTypeOptions: { required: [city] }
        properties:
          - { name: city, logicalType: string }
          - { name: zip, logicalType: string }
  - name: calendar
    properties:
      - name: day
        logicalType: date
        quality: [{ metric: invalidValues, mustBe: 0, arguments: { validValues: [a, b] } }]
slaProperties:
  - { property: freshness, value: 6, unit: h, element: orders.day, description: Soon. }
  - { property: availability, value: 99.9% }
]]

local function base()
  return normal.normal(test.yaml(BASE, "base.yaml"))
end

-- A column of the base.
local COLUMNS <const> = { order_id = 1, line = 2, email = 3, status = 4, amount = 5, day = 6, vector = 7, tags = 8,
  address = 9 }

local function column(contract, name)
  return contract.schema[1].properties[COLUMNS[name]]
end

local function field(name, member, value)
  return function(contract)
    column(contract, name)[member] = value
  end
end

local function option(name, member, value)
  return function(contract)
    local options <const> = column(contract, name).logicalTypeOptions
    options[member] = value
  end
end

local function add(one)
  return function(contract)
    table.insert(contract.schema[1].properties, one)
  end
end

local function level(index, member, value)
  return function(contract)
    contract.slaProperties[index][member] = value
  end
end

local function rule(member, value)
  return function(contract)
    contract.schema[1].quality[1][member] = value
  end
end

local function server(member, value)
  return function(contract)
    contract.servers[1][member] = value
  end
end

local function root(member, value)
  return function(contract)
    contract[member] = value
  end
end

-- { what is done to the base, the kinds that come of it }
local CASES <const> = {
  { function(c) table.remove(c.schema, 2) end, "object_removed" },
  { function(c) table.insert(c.schema, { name = "x" }) end, "object_added" },
  { function(c) c.schema[1].name = "all_orders" end, "object_renamed" },
  { function(c) c.schema[1].physicalName = "silver_orders" end, "object_moved" },
  { function(c) c.schema[1].physicalType = "view" end, "object_kind_changed" },
  { function(c) c.schema[1].description = "Another." end, "description_changed" },
  { function(c) c.schema[1].dataGranularityDescription = "Another." end, "details_changed" },
  { function(c) c.schema[1].context = "Ask." end, "details_changed" },
  { function(c) table.remove(c.schema[1].properties, 4) end, "property_removed" },
  { add({ name = "note", logicalType = "string", required = true }), "property_added_required" },
  { add({ name = "note", logicalType = "string" }), "property_added_optional" },
  { field("order_id", "name", "number"), "property_renamed" }, -- by id
  { field("status", "name", "status_code"), "property_renamed" }, -- a guess
  { function(c) -- by the physical name
    column(c, "email").name, column(c, "email").physicalName = "contact_mail", "email"
  end, "property_renamed", "details_changed" },
  { field("email", "physicalName", "e_mail"), "property_moved" },
  { field("email", "deprecated", true), "deprecated" },
  { option("order_id", "format", "i64"), "type_widened" },
  { field("email", "physicalType", "varchar(30)"), "type_widened" },
  { field("email", "physicalType", "text"), "type_widened" },
  { field("email", "physicalType", "varchar(10)"), "type_narrowed" },
  { field("amount", "physicalType", "decimal(12,3)"), "type_changed" },
  { field("amount", "physicalType", "decimal(14,2)"), "type_widened" },
  { field("line", "logicalType", "number"), "type_widened" },
  { field("day", "logicalType", "timestamp"), "type_widened" },
  { field("email", "logicalType", "boolean"), "type_changed" },
  { field("email", "physicalType", "character varying(20)"), "type_respelled" },
  { field("line", "physicalType", "int"), "details_changed" },
  { field("line", "logicalType", nil), "type_undeclared" },
  { field("email", "physicalType", nil), "details_changed" },
  { option("vector", "dimensions", 4), "option_changed" },
  { option("vector", "note", "x"), "details_changed" },
  { field("email", "required", true), "required_added" },
  { field("order_id", "required", nil), "details_changed" }, -- a key is never null
  { rule("type", "library") },
  { function(c) c.schema[1].properties[9].logicalTypeOptions.required[1] = "zip" end, "required_added",
    "required_removed" },
  { function(c) table.remove(column(c, "status").enum) end, "enum_value_removed" },
  { function(c) table.insert(column(c, "status").enum, { value = "sent" }) end, "enum_value_added" },
  { field("status", "enum", nil), "enum_removed" },
  { field("email", "enum", { { value = "a" } }), "enum_added" },
  { function(c) column(c, "status").enum[1].label = "Open" end, "enum_described" },
  { option("email", "pattern", "^[a-z]{2,4}$"), "pattern_tightened" },
  { option("email", "pattern", "^[a-z0-9]{2,5}$"), "pattern_loosened" },
  { option("email", "pattern", "^[0-9]{2,5}$"), "pattern_changed" },
  { option("email", "pattern", "^[a-z]{2,5}"), "pattern_changed" },
  { option("email", "pattern", nil), "pattern_loosened" },
  { option("email", "format", nil), "format_removed" },
  { option("email", "format", "uuid"), "format_changed" },
  { function(c) column(c, "status").logicalTypeOptions = { format = "uuid" } end, "format_added" },
  { option("amount", "minimum", 1), "bound_tightened" },
  { option("amount", "minimum", -1), "bound_loosened" },
  { option("amount", "minimum", nil), "bound_loosened" },
  { option("amount", "maximum", 9), "bound_tightened" },
  { option("amount", "exclusiveMinimum", 0), "bound_tightened" },
  { option("amount", "exclusiveMinimum", -5), "details_changed" },
  { option("amount", "minimum", "a"), "bound_changed" },
  { option("amount", "multipleOf", 1), "bound_tightened" },
  { option("amount", "multipleOf", 0.25), "bound_loosened" },
  { option("amount", "multipleOf", 0.3), "bound_changed" },
  { option("email", "maxLength", 30), "bound_loosened" },
  { option("email", "minLength", 3), "bound_tightened" },
  { field("line", "unique", true), "unique_added" },
  { field("order_id", "unique", nil), "unique_removed" },
  { function(c) c.schema[2].properties[1].primaryKey = true end, "primary_key_added" },
  { function(c)
    column(c, "order_id").primaryKey, column(c, "line").primaryKey = nil, nil
  end, "primary_key_removed" },
  { field("line", "primaryKey", nil), "primary_key_changed" },
  { function(c)
    column(c, "order_id").primaryKeyPosition, column(c, "line").primaryKeyPosition = 2, 1
  end, "primary_key_reordered" },
  { field("day", "partitionKeyPosition", 1), "details_changed" },
  { field("line", "partitioned", true), "partitioning_changed" },
  { field("line", "relationships", { { to = "calendar.day" } }), "relationship_added" },
  { field("day", "relationships", nil), "relationship_removed" },
  { function(c) column(c, "day").relationships[1].customProperties = { { property = "a" } } end,
    "relationship_described" },
  { field("email", "classification", "pii"), "classification_raised" },
  { field("line", "classification", "public"), "classification_raised" },
  { field("email", "classification", "public"), "classification_lowered" },
  { field("email", "classification", "our-own"), "classification_changed" },
  { field("email", "description", "New."), "description_changed" },
  { field("email", "tags", { "a" }), "tags_changed" },
  { field("email", "x-unknown", { "a" }), "details_changed" },
  { field("email", "businessName", "E-Mail"), "details_changed" },
  { function(c) column(c, "tags").items.logicalType = "integer" end, "type_changed" },
  { field("tags", "items", nil), "details_changed" },
  { function(c) table.remove(column(c, "address").properties, 2) end, "property_removed" },
  { function(c) column(c, "address").properties[2].required = true end, "required_added" },
  { level(1, "value", 4), "sla_tightened" },
  { level(1, "value", 8), "sla_relaxed" },
  { level(1, "unit", "d"), "sla_relaxed" },
  { level(2, "value", 99.95), "sla_tightened" },
  { level(2, "value", "99%"), "sla_relaxed" },
  { level(2, "value", "often"), "sla_changed" },
  { level(1, "element", "orders.email"), "sla_changed" },
  { level(1, "description", "Later."), "sla_described" },
  { function(c) c.slaProperties[1].value, c.slaProperties[1].unit = "PT6H", nil end, "sla_respelled" },
  { function(c) table.remove(c.slaProperties, 1) end, "sla_removed" },
  { function(c) table.insert(c.slaProperties, { property = "retention", value = 1, unit = "y" }) end, "sla_added" },
  { rule("mustBeGreaterThan", 200), "quality_tightened" },
  { rule("mustBeGreaterThan", 50), "quality_relaxed" },
  { rule("metric", "nullValues"), "quality_changed" },
  { rule("description", "More."), "quality_described" },
  { function(c) c.schema[1].quality = {} end, "quality_removed" },
  { function(c) table.insert(c.schema[1].quality, { metric = "nullValues", mustBe = 0 }) end, "quality_added" },
  { function(c) column(c, "email").quality = { { metric = "nullValues", mustBe = 0 } } end, "quality_added" },
  { function(c) c.schema[2].properties[1].quality = { { metric = "invalidValues", mustBe = 0,
    arguments = { validValues = { "a", "c" } } } } end, "enum_value_added", "enum_value_removed" },
  { field("line", "required", true), "details_changed" },
  { server("host", "other"), "server_changed" },
  { server("description", "Other."), "server_described" },
  { function(c) table.remove(c.servers) end, "server_removed" },
  { function(c) table.insert(c.servers, { server = "test", type = "duckdb", database = "x" }) end, "server_added" },
  { root("id", "other"), "id_changed" },
  { root("status", "deprecated"), "status_changed" },
  { root("team", { name = "others" }), "owner_changed" },
  { root("team", { name = "order-team" }), "details_changed" },
  { root("description", { purpose = "New." }), "description_changed" },
  { root("tags", { "sales", "new" }), "tags_changed" },
  { root("domain", "sales"), "details_changed" },
  { root("x-unknown", { a = 1 }), "details_changed" },
}

local function kinds_of(result)
  local out <const> = {}
  for index, one in ipairs(result.changes) do
    out[index] = one.kind
  end
  table.sort(out)
  return out
end

local function changed(index)
  local contract <const> = base()
  CASES[index][1](contract)
  return contract
end

test.case("a contract compared with itself has no change", function()
  test.equal(change.compare(base(), base()), { changes = {}, bump = "none" })
  for index in ipairs(CASES) do
    test.equal(change.compare(changed(index), changed(index)), { changes = {}, bump = "none" }, "case " .. index)
  end
end)

test.case("every change is found as what it is, and nothing else", function()
  for index, one in ipairs(CASES) do
    local expected <const> = { table.unpack(one, 2) }
    table.sort(expected)
    test.equal(kinds_of(change.compare(base(), changed(index))), expected, "case " .. index)
  end
end)

test.case("every declared kind has a case, or is the way back of one", function()
  local seen <const> = {}
  for index in ipairs(CASES) do
    for _, found in ipairs { change.compare(base(), changed(index)), change.compare(changed(index), base()) } do
      for _, one in ipairs(found.changes) do
        seen[one.kind] = true
      end
    end
  end
  for name in pairs(kinds.all) do
    test.truthy(seen[name], "no case finds " .. name)
  end
end)

test.case("the way back of a change is one of those declared", function()
  for index in ipairs(CASES) do
    local back <const> = {}
    for _, one in ipairs(change.compare(changed(index), base()).changes) do
      back[one.kind] = true
    end
    for _, one in ipairs(change.compare(base(), changed(index)).changes) do
      local found = one.kind == "details_changed" or one.kind == "enum_described"
      for _, name in ipairs(kinds.all[one.kind].reverse) do
        test.truthy(kinds.all[name], name .. " is declared")
        found = found or back[name]
      end
      test.truthy(found, ("case %d: %s came back as %s"):format(index, one.kind, test.show(back)))
    end
  end
  for name, one in pairs(kinds.all) do
    for _, other in ipairs(one.reverse.reverse or {}) do
      test.truthy(kinds.all[other], name)
    end
  end
end)

test.case("the bump of all changes is the strongest of them", function()
  for first in ipairs(CASES) do
    local contract <const> = changed(first)
    local second <const> = first % #CASES + 1
    if pcall(CASES[second][1], contract) then
      local found <const> = change.compare(base(), contract)
      local strongest = "none"
      for _, one in ipairs(found.changes) do
        test.equal(one.bump, kinds.all[one.kind].bump)
        strongest = kinds.stronger(strongest, one.bump)
      end
      test.equal(found.bump, strongest)
    end
  end
end)

test.case("the hash tells what the comparison tells of schema and service levels", function()
  local before <const> = hash.of(base())
  for index in ipairs(CASES) do
    local contract <const> = changed(index)
    local found <const> = change.compare(base(), contract)
    local inside = false
    for _, one in ipairs(found.changes) do
      inside = inside or one.path:find("^schema") ~= nil or one.path:find("^slaProperties") ~= nil
    end
    test.equal(hash.of(contract) ~= before, inside, "case " .. index)
  end
end)

test.case("what means the same is no change", function()
  local contract <const> = base()
  local properties <const> = contract.schema[1].properties
  properties[3].required, properties[3].tags, properties[3].primaryKeyPosition = false, {}, -1
  properties[1], properties[5] = properties[5], properties[1]
  contract.schema[1], contract.schema[2] = contract.schema[2], contract.schema[1]
  contract.slaProperties[1], contract.slaProperties[2] = contract.slaProperties[2], contract.slaProperties[1]
  contract.apiVersion, contract.version = "v3.2.1", "9.0.0"
  test.equal(change.compare(base(), contract), { changes = {}, bump = "none" })
  test.equal(hash.of(contract), hash.of(base()))
end)

test.case("a change says where it stands on both sides", function()
  local old <const> = normal.normal(test.yaml(BASE, "old.yaml"))
  local text <const> = BASE:gsub("varchar%(20%)", "varchar(10)"):gsub("value: paid", "value: sent")
    :gsub("unit: h", "unit: d"):gsub("      %- { name: line[^\n]*\n", "")
  local new <const> = normal.normal(test.yaml(text, "new.yaml"))
  local found <const> = {}
  for index, one in ipairs(change.compare(old, new).changes) do
    local function at(place)
      return place and ("%s:%d:%d"):format(place.file, place.line, place.column) or "-"
    end
    found[index] = ("%s %s %s %s"):format(one.kind, one.path, at(one.old_place), at(one.new_place))
  end
  test.equal(found, {
    "type_narrowed schema.orders.properties.email old.yaml:23:45 new.yaml:22:45",
    "enum_value_removed schema.orders.properties.status old.yaml:25:70 new.yaml:24:46",
    "enum_value_added schema.orders.properties.status old.yaml:25:46 new.yaml:24:70",
    "property_removed schema.orders.properties.line old.yaml:22:9 -",
    "primary_key_changed schema.orders old.yaml:13:5 new.yaml:13:5",
    "sla_relaxed slaProperties.freshness old.yaml:47:28 new.yaml:46:28",
  })
end)

test.case("a renaming that is a guess says so", function()
  local contract <const> = base()
  column(contract, "status").name = "status_code"
  local one <const> = change.compare(base(), contract).changes[1]
  test.equal({ one.kind, one.guess, one.path, one.message },
    { "property_renamed", true, "schema.orders.properties.status_code",
      "'orders.status' is now called 'orders.status_code' (a guess: they are alike)" })
end)

test.case("the standard's own examples compared with themselves have no change", function()
  local folder <const> = "../shared/data/odcs/examples"
  if not files.is_dir(folder) then
    return test.skip("the standard's own examples", folder .. " is not here")
  end
  for _, entry in ipairs(files.walk(folder, {})) do
    local one <const> = assert(document.read(files.join(folder, entry.path), {}))
    local other <const> = normal.normal(document.build(normal.normal(one)))
    test.equal(change.compare(normal.normal(one), other), { changes = {}, bump = "none" }, entry.path)
    test.equal(hash.of(normal.normal(one)), hash.of(other))
  end
end)

test.case("malformed contracts are compared without harm", function()
  local hostile <const> = { "schema: 3", "schema: [1, { properties: [2, { name: 3 }, { name: a, logicalType: [1], "
    .. "physicalType: { a: 1 }, logicalTypeOptions: { minimum: [1], pattern: 3, required: x, format: [2] }, enum: [1], "
    .. "classification: [2], tags: x, relationships: [{ to: [a, b] }], quality: [{ mustBe: [1], id: 3 }, 4] }] }]",
    "slaProperties: [1, { property: [1], value: [2] }, { value: 1 }, { property: freshness, value: { a: 1 } }]",
    "schema: [{ name: t, relationships: [{ to: [[a], 1] }, { to: { a: 1 } }], description: [1], "
      .. "properties: [{ name: true, primaryKey: true, logicalTypeOptions: [1], "
      .. "customProperties: { a: 1 } }, { name: [1], id: 2 }] }]",
    "models: { a: [1], b: { elements: { c: [1], d: { enum: 3, type: [1] } } } }\ndescription: []\nteam: []\nowner: x",
    "servers: [1, { server: 2 }]", "team: [1]", "models: { a: { elements: 3 } }", "{}", "id: [1]", "status: { a: 1 }" }
  for _, a in ipairs(hostile) do
    for _, b in ipairs(hostile) do
      local old <const>, new <const> = normal.normal(test.yaml(a)), normal.normal(test.yaml(b))
      test.truthy(json.encode(change.compare(old, new).changes) and json.encode(old) and hash.of(new))
    end
    test.truthy(change.compare(base(), normal.normal(test.yaml(a))))
    test.truthy(change.compare(normal.normal(test.yaml(a)), base()))
  end
end)

-- ---- the parts --------------------------------------------------------------------------------------------

test.case("types relate as their values do", function()
  for _, row in ipairs {
    "int|bigint|widened", "bigint|int|narrowed", "int|integer|same", "INT4|int32|same", "tinyint(1)|boolean|same",
    "smallint|decimal(5,0)|widened", "int|decimal(10,2)|changed", "bigint|decimal(38,0)|widened",
    "decimal(10,0)|bigint|widened",
    "decimal(9,0)|int|widened", "decimal(10,0)|int|narrowed", "int|double|widened", "bigint|double|changed",
    "float|double|widened", "real|float8|widened", "float(53)|double precision|same", "decimal(10,2)|numeric|widened",
    "number(38,0)|number(38,2)|changed", "decimal(10,2)|decimal(12,2)|widened", "decimal(10,2)|decimal(12,4)|widened",
    "varchar(10)|varchar(20)|widened", "varchar(20)|varchar(10)|narrowed", "varchar(20)|string|widened",
    "text|varchar|same", "char(2)|varchar(2)|widened", "varchar(2)|char(2)|narrowed", "varchar(2)|int|changed",
    "date|timestamp|widened", "date|timestamptz|changed", "timestamp|timestamp with time zone|changed",
    "timestamp_ntz(3)|timestamp(9)|widened", "timestamp(6)|datetime|same", "timestamptz|timestamp with time zone|same",
    "timestamp(3) with local time zone|timestamp_ltz(6)|widened", "uint8|smallint|widened",
    "int unsigned|bigint|widened",
    "int|int unsigned|changed", "uuid|varchar|changed", "json|text|changed", "geography|geography|same",
    "int[]|bigint[]|widened", "array<int>|list(bigint)|widened", "array<string>|array<int>|changed",
    "map<string,int>|map<string, bigint>|widened", "struct<a int, b string>|struct<a: int>|narrowed",
    "struct<a int>|struct(a bigint, b array<struct<c date>>)|widened", "row(a int)|struct<a int>|same",
    "Nullable(Int64)|bigint|same", "Int8|tinyint|same", "int8|bigint|same", "varbinary(10)|bytea|widened",
    "boolean|bit|same", "decimal(12, 2)|DECIMAL(12,2)|same", "weird(type|other(type|changed", "[]|<>|changed",
  } do
    local old <const>, new <const>, expected <const> = row:match("^(.-)|(.-)|(.-)$")
    test.equal(types.relation(types.physical(old), types.physical(new)), expected, row)
    local back <const> = types.relation(types.physical(new), types.physical(old))
    test.equal(back, ({ widened = "narrowed", narrowed = "widened" })[expected] or expected, row .. " backwards")
  end
  test.truthy(types.physical(("array<"):rep(100) .. ("a>"):rep(100)))
end)

test.case("logical types relate as their values do", function()
  local function relation(old, old_format, new, new_format)
    return types.relation(types.logical(old, { format = old_format }), types.logical(new, { format = new_format }))
  end
  test.equal({ relation("integer", "i32", "integer", "i64"), relation("integer", "i32", "integer"),
    relation("integer", nil, "number"), relation("number", "f64", "number", "f32"), relation("integer", "u8", "integer",
    "i16"), relation("string", nil, "integer"), relation("date", nil, "timestamp"), relation("object", nil, "array") },
    { "widened", "widened", "widened", "narrowed", "widened", "changed", "widened", "changed" })
end)

test.case("patterns relate where that can be told", function()
  for _, row in ipairs {
    { "^[a-z]+$", "^[a-z0-9]+$", "loosened" }, { "^\\d{3}$", "^\\d{2,3}$", "loosened" },
    { "^\\w*$", "^\\w+$", "tightened" }, { "^(a|b)$", "^(a|b|c)$", "loosened" }, { "^(?:a|b)$", "^(a|b)$", "same" },
    { "^[A-Z]{2}$", "^[A-Z]{3}$", "changed" }, { "^AB[0-9]$", "^AB\\d$", "same" }, { "^a$", "^.$", "loosened" },
    { "a", "ab", "changed" }, { "^a(b)?$", "^a$", "changed" }, { "^[^a]$", "^b$", "tightened" },
    { "^a|b$", "^a|b|c$", "changed" }, { "^a+?$", "^a+$", "changed" }, { "^[a$", "^[a]$", "changed" },
    { "^\\p{L}$", "^a$", "changed" }, { "^é$", "^e$", "changed" },
  } do
    test.equal(pattern.relation(row[1], row[2]), row[3], row[1] .. " " .. row[2])
  end
end)

test.case("service levels relate as promises do", function()
  local function relation(property, old, new, old_unit, new_unit)
    return promise.level_relation({ property = property, value = old, unit = old_unit },
      { property = property, value = new, unit = new_unit })
  end
  test.equal({ relation("freshness", "PT6H", "P1D"), relation("latency", 60, 1, "min", "h"),
    relation("ly", 4, 3, "d", "d"), relation("retention", 3, 5, "y", "y"), relation("retention", "P3Y", "P1Y6M"),
    relation("frequency", "1h", "30m"), relation("timeToRepair", 1, 2, "h", "h") },
    { "relaxed", "same", "tightened", "tightened", "relaxed", "tightened", "relaxed" })
  test.equal({ relation("availability", "99.9%", 99.9), relation("availability", 99, 99.5, "percent", "%"),
    relation("errorRate", 1, 2, "percent", "percent"), relation("throughput", 10, 20, "rps", "rps"),
    relation("throughput", 10, 20, "rps", "rpm"), relation("availability", 9, 9, "nines", "percent") },
    { "same", "tightened", "relaxed", "tightened", "changed", "changed" })
  test.equal({ relation("endOfLife", "2030-01-01", "2031-01-01"), relation("ga", "2026-01-01", "2026-02-01"),
    relation("endOfSupport", "2032-05-12T09:30:10-08:00", "2032-05-12T17:30:10+00:00"),
    relation("mood", "good", "bad"), relation("mood", "good", "good"), relation("freshness", 6, 6, nil, "h") },
    { "tightened", "relaxed", "same", "changed", "same", "changed" })
end)

test.case("quality rules relate by what they allow", function()
  local relation <const> = promise.rule_relation
  test.equal({ relation({ mustBe = 0 }, { mustBeLessThan = 5 }), relation({ mustBeLessThan = 5 }, { mustBe = 0 }),
    relation({ mustBeBetween = { 1, 9 } }, { mustBeBetween = { 2, 9 } }), relation({ mustNotBe = 1 }, { mustBe = 2 }),
    relation({ mustBeGreaterThan = 5 }, { mustBeGreaterOrEqualTo = 5 }), relation({ mustBe = "a" }, { mustBe = "b" }) },
    { "relaxed", "tightened", "tightened", "changed", "relaxed", "changed" })
end)

test.finish()
