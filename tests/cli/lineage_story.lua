-- What a run of examples/customer-360 tells, told without running it: every kind of node, status and check, so that
-- each facet is in some event. Prints the events. The example lies in the working folder.
local dbt <const> = require "host.dbt"
local files <const> = require "host.files"
local observers <const> = require "evidence.openlineage.observer"

local ROOT <const> = files.absolute("customer-360")
local BEGIN <const> = 1795340000123
local VARIABLES <const> = {
  OPENLINEAGE_PARENT_ID = "airflow/daily.customer_360/0193502e-0000-7d55-9a37-1c9c4a6e2b10",
  OPENLINEAGE_ROOT_PARENT_ID = "airflow/daily/0193502e-0001-7d55-9a37-1c9c4a6e2b10",
  FLOE_NOMINAL_TIME = "2026-11-22T06:00:00Z",
}

local SQL <const> = [[
select account_id as id, upper(email) as email from "customer_360"."main_bronze"."bronze_crm_accounts"]]

local project <const> = assert(dbt.load { root = ROOT, facts = "sources", profiles = ROOT })
local now, number = BEGIN, 0

local observer <const> = observers.open {
  root = ROOT,
  project = project,
  connection = { project = ROOT, output = { type = "duckdb", path = "target/customer_360.duckdb" } },
  destinations = { { name = "openlineage", kind = "file" } },
  env = function(name)
    return VARIABLES[name]
  end,
  put = function(_, text)
    print(text)
  end,
}

local function later(milliseconds)
  now = now + milliseconds
  return now
end

local function told(unique_id, status, more)
  local fact <const> = assert(project.nodes[unique_id], unique_id)
  number = number + 1
  local node <const> = {
    id = ("0193502e-1c5e-7d55-9a37-%012d"):format(number), unique_id = unique_id, kind = fact.kind, name = fact.name,
    adapter = "duckdb", started_at = now, at = now, status = status, parents = {},
  }
  for index = 1, #fact.depends_on do
    node.parents[index] = fact.depends_on[index]
  end
  for key, value in pairs(more or {}) do
    node[key] = value
  end
  return node
end

local function table_of(unique_id, status, more)
  local fact <const> = project.nodes[unique_id]
  local node <const> = told(unique_id, status, more)
  node.relation = { database = "customer_360", schema = fact.schema, identifier = fact.alias or fact.name }
  node.materialization, node.layer = fact.materialized, fact.layer
  observer:node_started(node)
  node.at = later(120)
  observer:node_running(node)
  observer:node_ended(node)
end

observer:command_started {
  id = "0193502e-1c5e-7d55-9a37-1c9c4a6e2b10", command = "run", arguments = { "run" }, at = now,
  environment = "production",
  product = { id = "sales.customer_360", name = "customer-360", version = "1.0.0", domain = "sales",
    namespace = "sales.customer-360", owner = "customer-data@example.com",
    description = "Every customer once.", repository = "github.com/acme/customer-360" },
  platform = { name = "acme-platform", version = "1.2.3", mode = "mesh", digest = "sha256:" .. ("0"):rep(64) },
  trace = { trace_id = ("0af7651916cd43dd8448eb211c80319c"), span_id = "b7ad6b7169203331", sampled = true },
}
observer:policy_judged { at = later(5), policies = {
  { id = "run.freeze_window", mode = "block", title = "Nothing runs in a freeze window" },
  { id = "run.duration", mode = "alert_only", title = "A run takes as long as usual" },
}, findings = { { policy = "run.duration", expected = "60 s", actual = 95 } } }
observer:engine_started { name = "dbt", version = "1.11.16" }

for index = 1, #project.seeds do
  table_of(project.seeds[index].unique_id, "success", { rows = 10 })
end
for index = 1, #project.models do
  local unique_id <const> = project.models[index].unique_id
  table_of(unique_id, index == 4 and "error" or index == 5 and "aborted" or "success",
    { rows = index * 100, bytes = index * 4096, message = "Binder Error: no column \"é\"\nLINE 1",
      compiled_sql = SQL })
end
for index = 1, #project.snapshots do
  table_of(project.snapshots[index].unique_id, "success", { rows = 3 })
end
local results <const> = { "pass", "fail", "warn", "error", "skipped" }
for index = 1, #project.tests do
  local test <const> = project.tests[index]
  local status <const> = results[(index - 1) % #results + 1]
  observer:node_ended(told(test.unique_id, status, {
    attached = test.node and test.node.unique_id, column_name = test.column_name,
    failures = status ~= "pass" and 3 or 0,
    message = status ~= "pass" and "Got 3 results" or nil, compiled_sql = "select count(*)",
  }))
  later(1)
end
for index = 1, #project.unit_tests do
  observer:node_ended(told(project.unit_tests[index].unique_id, "pass", { kind = "unit_test" }))
end
observer:step_ended {
  index = 3, total = 4, title = "Running quality checks", at = later(1), seconds = 1, status = "ok",
}

for _, check in ipairs {
  { type = "freshness", status = "pass", element = "updated_at", expected = "6h", actual = "0.1h", value = 0.1 },
  { type = "freshness", status = "violation", severity = "critical", expected = "6h", actual = "8h",
    element = "updated_at", consumers = { "marketing.churn" } },
  { type = "schema_drift", status = "violation", severity = "error", element = "email", expected = "string" },
  { type = "quality", status = "violation", severity = "warning", rule = "not_null", element = "email", value = 3 },
  { type = "availability", status = "violation", severity = "error" },
  { type = "deprecation", status = "violation", severity = "warning", actual = "2026-12-31" },
  { type = "availability", status = "error" },
  { type = "quality", status = "skipped" },
} do
  check.contract, check.version, check.schema, check.seconds = "customers", "1.0.0", "gold_customers", 0.02
  check.message, check.at, check.source = "what was found", later(20), "duckdb"
  observer:contract_checked(check)
end
observer:command_ended { at = later(10), seconds = 9.5, status = "failed", exit = 1, message = "1 model failed",
  error_type = "dbt", counts = {} }
observer:close(1)
