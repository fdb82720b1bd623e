-- What becomes of facts in events of OpenLineage: who the jobs are, that runs end once, and that nothing is guessed.
local document <const> = require "host.document"
local events <const> = require "evidence.openlineage.event"
local observers <const> = require "evidence.openlineage.observer"
local test <const> = dofile "tests/lua/support.lua"

local RUN <const> = "0193502e-1c5e-7d55-9a37-1c9c4a6e2b10"
local BEGIN <const> = 1795340000123

local function id(number)
  return ("0193502e-1c5e-7d55-9a37-%012d"):format(number)
end

-- An observer, and what it said so far.
local function listening(context)
  context = context or {}
  local said <const> = {}
  context.root = context.root or "/work/product"
  context.destinations = { { name = "openlineage", kind = "file" } }
  context.connection = { project = context.root,
    output = context.output or { type = "duckdb", path = "target/shop.duckdb" } }
  local env <const> = context.env or {}
  context.env = function(name)
    return env[name]
  end
  context.put = function(_, text)
    said[#said + 1] = document.plain(assert(document.parse(text, "event", { format = "json" })))
  end
  return observers.open(context), said
end

local function started(observer, more)
  local command <const> = {
    id = RUN, command = "run", arguments = {}, at = BEGIN, environment = "production",
    product = { id = "sales.shop", name = "shop", version = "1.2.0", domain = "sales", namespace = "sales.shop",
      owner = "shop@example.com" },
    platform = { name = "acme", version = "2.0.0", mode = "mesh", digest = "sha256:" .. ("0"):rep(64) },
    trace = { trace_id = ("a"):rep(32), span_id = ("b"):rep(16), sampled = true },
  }
  for key, value in pairs(more or {}) do
    command[key] = value
  end
  observer:command_started(command)
end

local function ended(observer, status, more)
  local result <const> = { at = BEGIN + 9000, seconds = 9, status = status or "complete", exit = 0, counts = {} }
  for key, value in pairs(more or {}) do
    result[key] = value
  end
  observer:command_ended(result)
end

local function node(number, more)
  local out <const> = {
    id = id(number), unique_id = "model.shop.orders", kind = "model", name = "orders", adapter = "duckdb",
    relation = { database = "shop", schema = "gold", identifier = "orders" }, layer = "gold", materialization = "table",
    at = BEGIN + number * 100, started_at = BEGIN + number * 100, parents = {},
  }
  for key, value in pairs(more or {}) do
    out[key] = value
  end
  return out
end

local function kinds(said)
  local out <const> = {}
  for index, event in ipairs(said) do
    out[index] = event.eventType .. " " .. event.job.name
  end
  return out
end

test.case("a run of a model is started and completed within the run of the product", function()
  local observer <const>, said <const> = listening()
  started(observer)
  observer:node_started(node(1))
  observer:node_ended(node(1, { at = BEGIN + 400, seconds = 0.3, status = "success", rows = 148500 }))
  ended(observer)
  test.equal(kinds(said), { "START shop", "START model.shop.orders", "COMPLETE model.shop.orders", "COMPLETE shop" })
  test.equal(said[1].job.namespace, "sales.shop")
  test.equal(said[1].run.runId, RUN)
  test.equal(said[1].eventTime, events.time(BEGIN))
  test.truthy(said[1].eventTime:find("%.123Z$"))
  test.equal(said[3].run.runId, id(1))
  local parent <const> = said[3].run.facets.parent
  test.equal({ parent.run.runId, parent.job.namespace, parent.job.name, parent.root.run.runId },
    { RUN, "sales.shop", "shop", RUN })
  local output <const> = said[3].outputs[1]
  test.equal({ output.namespace, output.name }, { "duckdb:///work/product/target/shop.duckdb", "shop.gold.orders" })
  test.equal(output.outputFacets.outputStatistics.rowCount, 148500)
  test.equal(said[3].run.facets.traceCorrelation.trace_id, ("a"):rep(32))
end)

test.case("what is open when the command ends is aborted, and nothing ends twice", function()
  local observer <const>, said <const> = listening()
  started(observer)
  observer:node_started(node(1))
  observer:node_started(node(2, { unique_id = "model.shop.payments" }))
  observer:node_ended(node(1, { status = "error", message = "Catalog Error: no such table" }))
  ended(observer, "aborted")
  observer:close()
  test.equal(kinds(said), { "START shop", "START model.shop.orders", "START model.shop.payments",
    "FAIL model.shop.orders", "ABORT model.shop.payments", "ABORT shop" })
  test.equal(said[4].run.facets.errorMessage.message, "Catalog Error: no such table")
  test.equal(said[4].outputs, {}, "a model that failed made nothing")
end)

test.case("a command that ends without a word is aborted; one that only judges files tells nothing", function()
  local observer, said = listening()
  started(observer)
  observer:close()
  test.equal(kinds(said), { "START shop", "ABORT shop" })
  observer, said = listening()
  started(observer, { command = "validate" })
  ended(observer)
  observer:close()
  test.equal(said, {})
end)

test.case("what was skipped, reused or exists in others' SQL only has no run", function()
  local observer <const>, said <const> = listening()
  started(observer)
  observer:node_ended(node(1, { status = "skipped" }))
  observer:node_ended(node(2, { unique_id = "model.shop.a", status = "success", reused = true }))
  observer:node_started(node(3, { unique_id = "model.shop.b", materialization = "ephemeral" }))
  observer:node_ended(node(3, { unique_id = "model.shop.b", materialization = "ephemeral", status = "success" }))
  ended(observer)
  test.equal(kinds(said), { "START shop", "COMPLETE shop" })
end)

test.case("the tests of a table are one run, which carries an assertion for each", function()
  local observer <const>, said <const> = listening()
  started(observer)
  observer:node_ended(node(1, { status = "success" }))
  for number, status in ipairs { "pass", "warn", "fail", "skipped" } do
    observer:node_ended(node(number + 1, { unique_id = "test.shop.t" .. number, name = "t" .. number, kind = "test",
      attached = "model.shop.orders", column_name = "id", status = status, relation = false }))
  end
  observer:step_ended { index = 3, at = BEGIN + 2000 }
  ended(observer)
  test.equal(kinds(said), { "START shop", "START model.shop.orders", "COMPLETE model.shop.orders",
    "START model.shop.orders.tests", "FAIL model.shop.orders.tests", "COMPLETE shop" })
  local input <const> = said[5].inputs[1]
  test.equal(input.name, "shop.gold.orders")
  local found <const> = {}
  for _, assertion in ipairs(input.inputFacets.dataQualityAssertions.assertions) do
    found[#found + 1] = { assertion.assertion, assertion.column, assertion.success, assertion.severity }
  end
  test.equal(found, { { "t1", "id", true, "error" }, { "t2", "id", false, "warn" }, { "t3", "id", false, "error" } })
end)

test.case("a check of a contract completes or fails a run of its own", function()
  local observer <const>, said <const> = listening()
  started(observer, { command = "check" })
  local check <const> = { contract = "orders", version = "2.1.0", type = "freshness", element = "updated_at",
    expected = "6h", actual = "8h", severity = "error", status = "violation", message = "the data is 8h old",
    at = BEGIN + 500, seconds = 0.25 }
  observer:contract_checked(check)
  check.status = "pass"
  observer:contract_checked(check)
  check.status = "skipped"
  observer:contract_checked(check)
  ended(observer)
  local name <const> = "contract_check.orders.freshness"
  test.equal(kinds(said), { "START shop", "START " .. name, "FAIL " .. name, "START " .. name, "COMPLETE " .. name,
    "COMPLETE shop" })
  test.equal(said[2].eventTime, events.time(BEGIN + 250))
  local violation <const> = said[3].run.facets.contractViolation
  test.equal({ violation.contractName, violation.violationType, violation.expectedValue, violation.actualValue },
    { "orders", "freshness_violation", "6h", "8h" })
  test.equal(said[5].run.facets.contractStatus.checkType, "freshness")
  test.truthy(said[2].run.runId ~= said[4].run.runId)
end)

test.case("the run around floe is the parent of the product's, and the root of all", function()
  local outer <const> = "0193502e-1c5e-7d55-9a37-1c9c4a6e2bff"
  local observer <const>, said <const> = listening { env = {
    OPENLINEAGE_PARENT_ID = "airflow/daily.floe/" .. outer, OPENLINEAGE_NAMESPACE = "prod",
  } }
  started(observer)
  observer:node_ended(node(1, { status = "success" }))
  ended(observer)
  test.equal(said[1].job.namespace, "prod")
  local parent <const> = said[1].run.facets.parent
  test.equal({ parent.run.runId, parent.job.namespace, parent.job.name }, { outer, "airflow", "daily.floe" })
  test.equal(said[2].run.facets.parent.run.runId, RUN)
  test.equal(said[2].run.facets.parent.root.run.runId, outer)
end)

test.finish()
