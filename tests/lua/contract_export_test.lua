local contracts <const> = require "contract.read"
local document <const> = require "host.document"
local export <const> = require "contract.export.odcs"
local files <const> = require "host.files"
local from_dbt <const> = require "contract.from_dbt"
local json <const> = require "host.json"
local normal <const> = require "contract.document"
local test <const> = dofile "tests/lua/support.lua"
local yaml <const> = require "yaml"

local function reads_back(value, dialect)
  local text <const> = yaml.write(value)
  local root <const>, err <const> = document.parse(text, "t.yaml", { format = "yaml", dialect = dialect })
  if err then
    error(err.message .. "\n" .. text, 2)
  end
  test.equal(json.encode(document.plain(root, true)), json.encode(value), text)
end

test.case("what is written as YAML reads back as it was, for floe and for dbt", function()
  local texts <const> = {
    "", " ", "a", "a b",
    "yes", "No", "null", "~", "true", "1", "1.0", "1.0.0", "0x1f", "010", "1e3", "1_000", ".5", "-",
    "- a", "a: b", "a:", "a #b", "#a", "a#b", "[a", "{a}", "&a", "*a", "!a", "%a", "@a", "`a", "'a'", "\"a\"", "a, b",
    "2026-01-01", "12:30", "12:30:45", "<<", "=", "?", "? a", "|", ">", "a\nb", "a\nb\n", "ä\nö",
    "a\n\nb", "a\n b", " a\nb",
    "a \nb", "a\nb ", "a\n\n", "\n", "a\tb", "\ta", "a\\nb", "ü", "\u{85}", "\u{2028}", "\u{feff}a", "\1",
    "{{ doc('x') }}",
    "select *\nfrom t -- c\nwhere a: b\n", ("word "):rep(60) .. "end", "a'b", "on", "OFF", "y", "n", "inf", "nan", "e",
    "a: ", "key: [1, 2]", "---", "--- a", "...", "a]", "a}", "C:\\x", "http://a/b?c=d#e",
  }
  for _, text in ipairs(texts) do
    for _, dialect in ipairs { "core", "dbt" } do
      reads_back({ a = text, [text ~= "" and text or "k"] = 1, list = { text, text .. "x" }, deep = { { b = text } } },
        dialect)
    end
  end
  reads_back({ a = json.array {}, b = {}, c = { json.array {}, {} }, d = { { 1, 2 }, { a = { { b = 1 } } } }, e = true,
    f = 1.5, g = -3, i = { json.null, 1 }, j = 1e300 }, "core")
end)

test.case("the standard's own examples are exported without loss", function()
  local folder <const> = "../shared/data/odcs/examples"
  if not files.is_dir(folder) then
    return test.skip("the standard's own examples", folder .. " is not here")
  end
  for _, entry in ipairs(files.walk(folder, {})) do
    local made <const> = normal.normal(assert(document.read(files.join(folder, entry.path), {})))
    local text <const> = export.export(made)
    local again <const> = normal.normal(test.yaml(text, entry.path))
    test.equal(json.encode(again, { indent = 1 }), json.encode(made, { indent = 1 }), entry.path)
    test.equal(#contracts.from(test.yaml(text), entry.path).problems, 0, entry.path)
  end
end)

test.case("a contract of a simple form is exported as one of the standard", function()
  local made <const> = normal.normal(test.yaml([[
apiVersion: v3.0.2
kind: DataContract
name: customers
version: 1.0.0
status: active
owner: us
models:
  customers:
    elements:
      id: { type: long, required: true, primaryKey: true }
      state: { type: string, enum: [on, off] }
slaProperties: { freshness: PT6H }
]]))
  local contract <const> = contracts.from(test.yaml(export.export(made)), "c.yaml")
  test.equal({ #contract.problems, contract.dialect, contract.api_version, contract.owner },
    { 0, "odcs", "v3.2.0", "us" })
end)

local SOURCE <const> = [[
apiVersion: v3.2.0
kind: DataContract
id: sales.orders
name: orders
version: 1.0.0
status: active
schema:
  - name: orders
    description: One row an order.
    tags: [sales]
    properties:
      - { name: id, logicalType: integer, primaryKey: true }
      - { name: mail, physicalName: email, logicalType: string, physicalType: varchar(20), required: true, unique: true,
          classification: pii, tags: [contact], logicalTypeOptions: { maxLength: 20, format: email } }
      - { name: state, logicalType: string, enum: [{ value: open }, { value: paid }] }
      - { name: day, logicalType: date, logicalTypeOptions: { minimum: "2020-01-01" } }
      - name: lines
        logicalType: array
        items: { logicalType: object, properties: [{ name: sku, logicalType: string, required: true }] }
  - name: other/one
    properties: []
]]

test.case("a contract becomes a properties file of dbt", function()
  local text <const> = require("contract.export.dbt").export(normal.normal(test.yaml(SOURCE)))
  local root <const> = document.plain(test.yaml(text))
  test.equal(root.version, 2)
  local model <const> = root.models[1]
  test.equal({ model.name, model.config.meta.contract, model.config.meta.contract_version, model.config.tags },
    { "orders", "sales.orders", "1.0.0", { "sales" } })
  test.equal(model.columns[1], { name = "id", data_type = "bigint", data_tests = { "not_null", "unique" } })
  test.equal(model.columns[2], { name = "email", data_type = "varchar(20)", data_tests = { "not_null", "unique" },
    config = { meta = { classification = "pii" }, tags = { "contact" } } })
  test.equal(json.encode(model.columns[3].data_tests), '[{"accepted_values":{"arguments":{"values":["open","paid"]}}}]')
end)

test.case("a contract becomes a JSON Schema", function()
  local text <const> = require("contract.export.jsonschema").export(normal.normal(test.yaml(SOURCE)))
  local root <const> = document.plain(test.yaml(text, "s.json"), true)
  test.equal(json.encode(root.anyOf), '[{"$ref":"#/$defs/orders"},{"$ref":"#/$defs/other~1one"}]')
  local row <const> = root["$defs"].orders
  test.equal(row.required, { "id", "mail" })
  test.equal(row.properties.mail, { type = "string", format = "email", maxLength = 20 })
  test.equal(json.encode(row.properties.state.enum), "null" and json.encode({ "open", "paid", json.null }))
  test.equal(row.properties.day, { type = { "string", "null" }, format = "date" })
  test.equal(row.properties.lines.items.required, { "sku" })
end)

test.case("physical types stand for logical ones", function()
  local found <const> = {}
  for index, name in ipairs { "varchar(10)", "BIGINT", "decimal(10,0)", "decimal(10,2)", "double", "timestamptz",
    "int[]", "struct<a int>", "uuid", "geography" } do
    found[index] = from_dbt.logical_type(name) or "-"
  end
  test.equal(found, { "string", "integer", "integer", "number", "number", "timestamp", "array", "object", "string",
    "-" })
end)

test.case("as JSON Schema no tables say nothing of rows, and rules say which values there are", function()
  local schema <const> = require "contract.export.jsonschema"
  test.equal(schema.export({ name = "none", version = "1.0.0" }):find("anyOf", 1, true), nil)
  local text <const> = schema.export { name = "one", version = "1.0.0", schema = { { name = "t", properties = { {
    name = "state", logicalType = "string", quality = { {
      metric = "invalidValues", mustBe = 0, arguments = { validValues = { "open", "paid" } },
    } },
  } } } } }
  test.contains((text:gsub("%s+", "")), '"enum":["open","paid",null]')
end)

test.finish()
