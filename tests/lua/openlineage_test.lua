-- What becomes of facts in events of OpenLineage: who the jobs are, that runs end once, and that nothing is guessed.
local document <const> = require "host.document"
local digest <const> = require "host.digest"
local files <const> = require "host.files"
local format <const> = require "evidence.openlineage.format"
local json <const> = require "host.json"
local moment <const> = require "evidence.moment"
local naming <const> = require "evidence.openlineage.naming"
local observers <const> = require "evidence.openlineage.observer"
local parents <const> = require "evidence.openlineage.parents"
local schemas <const> = require "evidence.openlineage.schemas"
local settings <const> = require "evidence.openlineage.settings"
local source <const> = require "evidence.openlineage.source"
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
  context.root = context.root or "/srv/product"
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
  test.equal(said[1].eventTime, moment.text(BEGIN))
  test.truthy(said[1].eventTime:find("%.123Z$"))
  test.equal(said[3].run.runId, id(1))
  local parent <const> = said[3].run.facets.parent
  test.equal({ parent.run.runId, parent.job.namespace, parent.job.name, parent.root.run.runId },
    { RUN, "sales.shop", "shop", RUN })
  local output <const> = said[3].outputs[1]
  test.equal({ output.namespace, output.name }, { "duckdb:///srv/product/target/shop.duckdb", "shop.gold.orders" })
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

-- What is noted of a command's runs stays where its process is killed: only its lock is given back.
local function kill(observer)
  observer.unended.lock:close()
end

test.case("what a killed command left open is ended once by the next one, under its own ids", function()
  local root <const> = test.folder()
  local killed <const>, told <const> = listening { root = root, durable = true }
  started(killed)
  killed:node_started(node(1))
  killed:node_started(node(2, { unique_id = "model.shop.payments" }))
  killed:node_started(node(3, { unique_id = "test.shop.unique", kind = "test", attached = "model.shop.orders" }))
  killed:node_ended(node(1, { status = "success" }))
  local living <const>, while_alive <const> = listening { root = root, durable = true }
  started(living, { id = id(8), at = BEGIN + 1 })
  test.equal(kinds(while_alive), { "START shop" }, "a run that lives is ended by nobody else")
  ended(living)
  kill(killed)
  local found <const>, said <const> = listening { root = root, durable = true }
  started(found, { id = id(9) })
  test.equal(kinds(said), { "ABORT model.shop.orders.tests", "ABORT model.shop.payments", "ABORT shop", "START shop" })
  test.equal({ said[1].run.runId, said[2].run.runId, said[3].run.runId, said[4].run.runId },
    { told[4].run.runId, id(2), RUN, id(9) })
  test.equal({ said[2].run.facets.parent.run.runId, said[2].job.namespace }, { RUN, "sales.shop" })
  test.contains(said[3].run.facets.errorMessage.message, "cut off")
  test.truthy(said[3].eventTime >= moment.text(BEGIN), "no run ends before it began")
  ended(found)
  test.equal(files.list(files.join(root, ".floe/lineage")), {}, "nothing is left to end")
  local later <const>, nothing <const> = listening { root = root, durable = true }
  started(later, { id = id(10) })
  test.equal(kinds(nothing), { "START shop" })
  ended(later)
end)

test.case("notes of runs that are cut off or damaged end what can be read of them", function()
  local root <const> = test.folder()
  local killed <const> = listening { root = root, durable = true }
  started(killed)
  killed:node_started(node(1))
  local path <const> = killed.unended.path .. ".open"
  local text <const> = files.read(path)
  kill(killed)
  assert(files.write(path, "nonsense\n+half\n" .. text:sub(1, -20)))
  local found <const>, said <const> = listening { root = root, durable = true }
  started(found, { id = id(9) })
  test.equal(kinds(said), { "ABORT shop", "START shop" })
  ended(found)
end)

test.case("a product's folder in which nothing can be noted has lineage all the same", function()
  local root <const> = test.folder { [".floe"] = "a file" }
  local observer <const>, said <const> = listening { root = root, durable = true }
  started(observer)
  ended(observer)
  test.equal(kinds(said), { "START shop", "COMPLETE shop" })
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
  test.equal(kinds(said), { "START shop.check", "START " .. name, "FAIL " .. name, "START " .. name,
    "COMPLETE " .. name, "COMPLETE shop.check" })
  test.equal(said[2].eventTime, moment.text(BEGIN + 250))
  local violation <const> = said[3].run.facets.contractViolation
  test.equal({ violation.contractName, violation.violationType, violation.expectedValue, violation.actualValue },
    { "orders", "freshness_violation", "6h", "8h" })
  test.equal(said[5].run.facets.contractStatus.checkType, "freshness")
  test.truthy(said[2].run.runId ~= said[4].run.runId)
end)

test.case("a check says which snapshot it saw, and what it counted", function()
  local observer <const>, said <const> = listening()
  started(observer, { command = "check" })
  observer:contract_checked { contract = "orders", type = "quality", schema = "orders", element = "orders.id",
    status = "pass", rule = "nullValues", message = "", at = BEGIN + 500, seconds = 0.25,
    relation = { database = "shop", schema = "gold", identifier = "orders" },
    measured = { rows = 40, nulls = { id = 0, state = 3 }, location = "s3://lake/orders",
      snapshot = { id = "9007199254740993", at = BEGIN, operation = "append", counts = { ["total-records"] = 40 } } } }
  ended(observer)
  local input <const> = said[3].inputs[1]
  test.equal(input.name, "shop.gold.orders", "as dbt connects to it")
  test.equal(input.facets.version.datasetVersion, "9007199254740993")
  test.equal(input.facets.icebergSnapshot.summary, { ["total-records"] = 40 })
  local metrics <const> = input.inputFacets.dataQualityMetrics
  test.equal({ metrics.rowCount, metrics.columnMetrics }, { 40, { id = { nullCount = 0 }, state = { nullCount = 3 } } })
  local before <const> = said[2].inputs[1]
  test.equal({ before.name, before.inputFacets, before.facets.version, before.facets.icebergSnapshot },
    { "shop.gold.orders" }, "what comes out is not known when it begins")
end)

test.case("an Iceberg table that dbt does not know goes by where it lies", function()
  local observer <const>, said <const> = listening()
  started(observer, { command = "check" })
  observer:contract_checked { contract = "orders", type = "availability", schema = "orders", status = "pass",
    message = "", at = BEGIN + 500, seconds = 0.25, measured = { nulls = {}, location = "s3://lake/shop/orders" } }
  ended(observer)
  local input <const> = said[3].inputs[1]
  test.equal({ input.namespace, input.name, input.facets.version, input.inputFacets.dataQualityMetrics },
    { "s3://lake", "shop/orders" })
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

test.case("datasets are named as the specification says, for each adapter", function()
  local relation <const> = { database = "shop", schema = "gold", identifier = "orders" }
  for _, case in ipairs {
    { { type = "duckdb", path = "target/shop.duckdb" }, "duckdb:///srv/p/target/shop.duckdb", "shop.gold.orders" },
    { { type = "duckdb", path = "/data/shop.duckdb" }, "duckdb:///data/shop.duckdb", "shop.gold.orders" },
    { { type = "duckdb", path = ":memory:" }, "duckdb://:memory:", "shop.gold.orders" },
    { { type = "duckdb", path = "md:shop" } },
    { { type = "postgres", host = "db.example.com", port = 5433 }, "postgres://db.example.com:5433",
      "shop.gold.orders" },
    { { type = "postgres", host = "db" }, "postgres://db:5432", "shop.gold.orders" },
    { { type = "postgres" } },
    { { type = "redshift", host = "c.eu-west-1.redshift.amazonaws.com", port = 5439 },
      "redshift://c.eu-west-1.redshift.amazonaws.com:5439", "shop.gold.orders" },
    { { type = "snowflake", account = "acme-prod" }, "snowflake://acme-prod", "shop.gold.orders" },
    { { type = "snowflake", account = "acme" }, "snowflake://acme.us-west-1.aws", "shop.gold.orders" },
    { { type = "snowflake", account = "acme.eu-central-1" }, "snowflake://acme.eu-central-1.aws", "shop.gold.orders" },
    { { type = "bigquery", project = "p" }, "bigquery", "shop.gold.orders" },
    { { type = "databricks", host = "https://adb-1.azuredatabricks.net/" }, "databricks://adb-1.azuredatabricks.net",
      "shop.gold.orders" },
    { { type = "trino", host = "trino", port = 443 }, "trino://trino:443", "shop.gold.orders" },
    { { type = "spark", host = "thrift", port = 10001 }, "spark://thrift:10001", "gold.orders" },
    { { type = "athena", region_name = "eu-west-1" }, "awsathena://athena.eu-west-1.amazonaws.com",
      "shop.gold.orders" },
    { { type = "nobody_knows", host = "h", port = 1 } },
  } do
    local found <const> = naming.of(case[1], "/srv/p"):table(relation)
    test.equal({ found and found.namespace, found and found.name }, { case[2] or nil, case[3] }, test.show(case[1]))
  end
end)

test.case("a database that is attached is the file that it is, and nothing where it is none of DuckDB", function()
  local names <const> = naming.of({ type = "duckdb", path = "shop.duckdb", attach = {
    { path = "../ref/regions.duckdb" }, { path = "old.db", alias = "archive" },
    { path = "postgres://db/crm", alias = "crm", type = "postgres" },
  } }, "/srv/p")
  for database, expected in pairs {
    shop = "duckdb:///srv/p/shop.duckdb", regions = "duckdb:///srv/ref/regions.duckdb",
    archive = "duckdb:///srv/p/old.db",
  } do
    test.equal(names:table({ database = database, schema = "main", identifier = "t" }).namespace, expected, database)
  end
  test.equal(names:table({ database = "crm", schema = "main", identifier = "t" }), nil)
end)

test.case("files and objects are datasets as well; what is no location is none", function()
  local names <const> = naming.of({ type = "duckdb", path = "a.duckdb" }, "/srv/p")
  for _, case in ipairs {
    { "landing/a.csv", "file", "/srv/p/landing/a.csv" }, { "/data/a.csv", "file", "/data/a.csv" },
    { "file:///data/a.csv", "file", "/data/a.csv" }, { "s3://bucket/raw/a.parquet", "s3://bucket", "raw/a.parquet" },
    { "gs://bucket/a", "gs://bucket", "a" }, { "https://user:secret@host/a.csv", "https://host", "a.csv" },
    { "read_csv('a.csv')" }, { "s3://bucket" },
  } do
    local found <const> = names:location(case[1])
    test.equal({ found and found.namespace, found and found.name }, { case[2], case[3] }, case[1])
  end
end)

test.case("where a dataset lies is told by an address, whatever its file or system is called", function()
  for _, case in ipairs {
    { { type = "duckdb", path = "/my data/[1] 50%?#é.duckdb" },
      "duckdb:///my%20data/%5B1%5D%2050%25%3F%23%C3%A9.duckdb" },
    { { type = "duckdb", path = ":memory:" }, "duckdb://:memory:" },
    { { type = "postgres", host = "[::1]" }, "postgres://[::1]:5432" },
    { { type = "bigquery", project = "p" }, "bigquery:///" },
  } do
    local observer <const>, said <const> = listening { output = case[1] }
    started(observer)
    observer:node_ended(node(1, { status = "success" }))
    local source_facet <const> = said[3].outputs[1].facets.dataSource
    test.equal({ source_facet.uri, source_facet.name }, { case[2], said[3].outputs[1].namespace })
  end
end)

test.case("a repository is told by the address that a browser opens, without what is secret", function()
  for remote, expected in pairs {
    ["git@github.com:acme/shop.git"] = "https://github.com/acme/shop",
    ["https://token:x-oauth@github.com/acme/shop.git"] = "https://github.com/acme/shop",
    ["ssh://git@git.example.com:2222/acme/shop.git"] = "https://git.example.com/acme/shop",
    ["https://git.example.com:8443/acme/shop?private_token=x"] = "https://git.example.com:8443/acme/shop",
    ["github.com/acme/shop"] = "https://github.com/acme/shop",
    ["https://dev.azure.com/acme/my shop/_git/a%20b"] = "https://dev.azure.com/acme/my%20shop/_git/a%20b",
  } do
    test.equal(source.address(remote), expected, remote)
  end
  test.equal(source.address("/srv/git/shop.git"), nil)
  test.equal(source.address("../shop"), nil)
end)

test.case("who asked for a run is read from both variables, and told to what floe starts", function()
  local outer <const>, root <const> = "airflow/daily.floe/" .. id(1), "airflow/daily/" .. id(2)
  local env = function(name)
    return ({ OPENLINEAGE_PARENT_ID = outer, OPENLINEAGE_ROOT_PARENT_ID = root })[name]
  end
  local run <const> = parents.run(env, { name = "shop", namespace = "sales.shop" }, RUN)
  test.equal(parents.variables(env, run, {}),
    { OPENLINEAGE_PARENT_ID = "sales.shop/shop/" .. RUN, OPENLINEAGE_ROOT_PARENT_ID = root })
  env = function()
    return nil
  end
  test.equal(parents.variables(env, run, {}).OPENLINEAGE_ROOT_PARENT_ID, "sales.shop/shop/" .. RUN)
  for _, wrong in ipairs { "", "shop/" .. id(1), "a/b/c", "a/b/" .. id(1) .. "0" } do
    test.equal(parents.parse(wrong), nil, wrong)
  end
end)

-- ---- on their way -------------------------------------------------------------------------------------------

local function destinations_of(variables)
  return format.destinations(function(name)
    return variables[name]
  end, {})
end

test.case("events go one by one, or many at once where the backend takes that", function()
  local one <const> = destinations_of { OPENLINEAGE_URL = "http://h:5000", OPENLINEAGE_API_KEY = "k" }[1]
  local single <const> = format.request(one, { '{"n":1}' })
  test.equal({ single.url, single.body }, { "http://h:5000/api/v1/lineage", '{"n":1}' })
  test.equal(single.headers, { { name = "Content-Type", value = "application/json" },
    { name = "Authorization", value = "Bearer k", secret = true } })
  local many <const> = destinations_of { OPENLINEAGE_URL = "http://h:5000", FLOE_OPENLINEAGE_BATCH = "50" }[1]
  test.equal(many.batch.lines, 50)
  local batch <const> = format.request(many, { '{"n":1}', '{"n":2}' })
  test.equal({ batch.url, batch.body }, { "http://h:5000/api/v1/lineage/batch", '[{"n":1},{"n":2}]' })
end)

test.case("of events that were taken in part only those wait that may be taken later", function()
  local many <const> = destinations_of { OPENLINEAGE_URL = "http://h:5000", FLOE_OPENLINEAGE_BATCH = "50" }[1]
  test.equal(format.answer(many, { status = 204, headers = {}, body = "" }), { state = "accepted" })
  local outcome <const> = format.answer(many, { status = 200, headers = {}, body = json.encode {
    status = "partial_success", failed_events = json.array {
      { index = 0, reason = "no job", retriable = false }, { index = 2, reason = "busy", retriable = true },
    },
  } })
  test.equal({ outcome.state, outcome.rejected, outcome.lines[1], outcome.lines[2], outcome.lines[3] },
    { "accepted", nil, "drop", nil, "retry" })
  test.equal(outcome.why, "no job")
  local silent <const> = format.answer(many, { status = 200, headers = {}, body = '{"failed_events":[{"index":0}]}' })
  test.equal({ silent.lines, silent.why }, { { "drop" }, "it refuses events, and does not say why" })
  test.equal(format.answer(many, { status = 200, headers = {}, body = "no JSON" }).lines, nil)
  test.equal(format.answer(many, { status = 503, headers = {}, body = "" }).state, "retry")
end)

test.case("without settings events go to a file; what the platform asks for comes before that", function()
  local none <const> = function()
    return nil
  end
  test.equal(format.destinations(none, {})[1].path, ".floe/lineage.jsonl")
  test.equal(format.destinations(none, { lineage = { enabled = false } })[1].kind, "file")
  local platform <const> = { lineage = { enabled = true, endpoint = "https://lineage.example.com" } }
  test.equal(format.destinations(none, platform)[1].url, "https://lineage.example.com/api/v1/lineage")
  platform.lineage.endpoint = "https://lineage.example.com/custom"
  test.equal(format.destinations(none, platform)[1].url, "https://lineage.example.com/custom")
  platform.lineage.transport = "noop"
  test.equal(format.destinations(none, platform), {})
end)

test.case("what floe does not have is said, and nothing of what is secret with it", function()
  local _, problems <const> = destinations_of { OPENLINEAGE_URL = "http://user:hunter2@h:5000" }
  test.equal(#problems, 1)
  test.truthy(not problems[1].message:find("hunter2", 1, true))
end)

test.case("settings of OpenLineage's client that floe does not have are said, one by one", function()
  local function said(variables)
    local names <const>, out <const> = {}, {}
    for name in pairs(variables) do
      names[#names + 1] = name
    end
    local found <const> = settings.of(function(name)
      return variables[name]
    end, {}, names)
    for index, problem in ipairs(found.problems) do
      out[index] = problem.message
    end
    return table.concat(out, "\n"), found.transports
  end
  local http <const> = { OPENLINEAGE__TRANSPORT__TYPE = "http", OPENLINEAGE__TRANSPORT__URL = "https://h" }
  local function with(name, value)
    local out <const> = { [name] = value }
    for key, given in pairs(http) do
      out[key] = out[key] or given
    end
    return out
  end
  for _, case in ipairs {
    { "OPENLINEAGE__TRANSPORT__TYPE", "kafka", "does not have the lineage transport 'kafka'", 0 },
    { "OPENLINEAGE__TRANSPORT__AUTH", '{"type":"jwt"}', "auth of type 'jwt', which floe does not have", 0 },
    { "OPENLINEAGE__TRANSPORT__SSLCONTEXT", '{"clientKeyPath":"/k"}', "no clientCertPath", 0 },
    { "OPENLINEAGE__TRANSPORT__COMPRESSION", "zstd", "compression 'zstd'", 1 },
    { "OPENLINEAGE__TRANSPORT__VERIFY", "false", "verifies certificates all the same", 1 },
    { "OPENLINEAGE__FILTERS", '[{"type":"exact","match":"a"}]', "ask for filters, which floe does not have", 1 },
    { "OPENLINEAGE__TAGS__JOB__TEAM", "sales", "ask for tags, which", 1 },
  } do
    local text <const>, transports <const> = said(with(case[1], case[2]))
    test.contains(text, case[3])
    test.equal(#transports, case[4], case[1])
  end
  local text <const>, transports <const> = said(with("OPENLINEAGE__TRANSPORT__SSLCONTEXT",
    '{"caCertPath":"/ca.pem","clientCertPath":"/client.pem"}'))
  test.equal({ text, transports[1].ca_file, transports[1].client_certificate, transports[1].client_key },
    { "", "/ca.pem", "/client.pem", "/client.pem" })
end)

-- A schema that was published never changes: raise its version, and write the digest of the new one beside this one.
test.case("the schemas of floe's facets are those that were published", function()
  local found <const> = {}
  for _, one in pairs(schemas.all) do
    found[schemas.address(one)] = digest.sha256(json.encode(schemas.schema(one))):sub(1, 16)
  end
  local folder <const> = "https://floe.dev/schemas/facets/1-0-0/"
  test.equal(found, {
    [folder .. "FloeRunFacet.json"] = "879ba2279dd2998f",
    [folder .. "FloeDatasetFacet.json"] = "f26ef58ffa7c8569",
    [folder .. "FloeDataClassificationDatasetFacet.json"] = "0e3458902a5ff16c",
    [folder .. "FloeContractViolationRunFacet.json"] = "56901d0bbda2d916",
    [folder .. "FloeContractStatusRunFacet.json"] = "a34f982c690a3042",
    [folder .. "FloeIcebergSnapshotDatasetFacet.json"] = "fcf15f007a4b42f8",
    [folder .. "FloeTraceCorrelationRunFacet.json"] = "a161602f2cd40457",
  })
end)

test.finish()
