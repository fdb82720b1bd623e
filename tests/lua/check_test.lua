local checks <const> = require "check.run"
local histories <const> = require "check.history"
local iceberg <const> = require "check.facts.iceberg"
local json <const> = require "host.json"
local ledgers <const> = require "evidence.ledger"
local sql <const> = require "check.sql"
local test <const> = dofile "tests/lua/support.lua"

local DOCUMENT <const> = {
  name = "orders", version = "1.0.0",
  slaProperties = { { property = "completeness", value = 99, unit = "percent" } },
  schema = { {
    name = "orders", quality = { { metric = "rowCount", mustBeLessThan = 5 } },
    properties = {
      { name = "id", required = true, unique = true, quality = { { metric = "nullValues", mustBe = 0 } } },
      { name = "state", logicalType = "string", logicalTypeOptions = { maxLength = 3 } },
    },
  } },
}

-- The results of checks whose source answers with `values` for each measure: kinds and elements by their status.
local function statuses(values)
  local open <const> = iceberg.open
  iceberg.open = function() -- stands for any source
    return { name = "scripted", adapter = "duckdb", ask = function(_, targets)
      local out <const> = {}
      for _, target in ipairs(targets) do
        out[target.id] = { values = {}, adapter = "duckdb", columns = {
          { name = "id", type = "INTEGER", nullable = true }, { name = "state", type = "VARCHAR", nullable = true },
        } }
        for place, measure in ipairs(target.measures) do
          out[target.id].values[place] = values[measure.kind]
        end
      end
      return out
    end }
  end
  local results <const> = assert(checks.check {
    root = ".", contracts = { { document = DOCUMENT } }, types = { "schema_drift", "quality" }, facts = "iceberg",
    violations = function() return 0 end, availability = function() return 0, 0 end,
  })
  iceberg.open = open
  local out <const> = {}
  for _, result in ipairs(results) do
    out[result.status] = (out[result.status] or 0) + 1
  end
  return out
end

test.case("a count that nobody answered is no zero, and what depends on it does not pass", function()
  test.equal(statuses { rows = 3, nulls = 0, invalid = 0, duplicates = 0 }, { pass = 6 })
  test.equal(statuses { rows = 3, nulls = 0, invalid = 0 }, { pass = 5, error = 1 })
  test.equal(statuses {}, { error = 6 })
end)

test.case("names and values of a contract end no quote, however an engine writes quotes", function()
  local hostile <const> = "a`\"'\\"
  local function written(adapter)
    local dialect <const> = sql.dialect(adapter)
    return { sql.name(dialect, hostile), sql.literal(dialect, hostile) }
  end
  test.equal(written "duckdb", { '"a`""\'\\"', "'a`\"''\\'" })
  test.equal(written "databricks", { "`a``\"'\\`", "'a`\"\\'\\\\'" })
  test.equal(written "bigquery", { "`a\\`\"'\\\\`", "'a`\"\\'\\\\'" })
end)

test.case("of a ledger that products share, each knows its own checks", function()
  local folder <const> = test.folder { [".floe/.keep"] = "" }
  local path <const>, now <const> = ledgers.locate(folder), 1795305600000
  local handle <close> = assert(ledgers.open(path))
  for _, product in ipairs { "sales.orders", "sales.orders", "ops.orders" } do
    assert(handle:append {
      kind = "check", product = product, verdict = "violated", at = now - 1000, body = json.encode(json.object {
        { "results", json.array { json.object { { "contract", "orders" }, { "type", "freshness" },
          { "schema", "orders" }, { "status", "violation" } } } },
      }),
    })
  end
  local function known(product)
    return histories.of(folder, product, now).violations("orders", "freshness", "orders")
  end
  test.equal({ known "sales.orders", known "ops.orders", known "hr.orders" }, { 2, 1, 0 })
end)

test.finish()
