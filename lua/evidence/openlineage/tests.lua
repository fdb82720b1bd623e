-- Tests in events of OpenLineage. All tests of a table are one run, which reads it and carries an assertion for each;
-- a test that belongs to no table, or tests no data, is a run of its own.
local datasets <const> = require "evidence.openlineage.datasets"
local facets <const> = require "evidence.openlineage.facets"
local system <const> = require "host.system"

local M = {}

local object <const>, list <const> = facets.object, facets.list

local KINDS <const> = { test = true, unit_test = true }
local STATUS <const> = { pass = "pass", success = "pass", warn = "fail", fail = "fail", error = "fail" }

local function job_of(observer, name)
  local job <const> = observer:job(name)
  job.facets = { "jobType", facets.make("jobType", "processingType", "BATCH", "integration", "DBT", "jobType", "TEST") }
  return job
end

local function key_of(node)
  return node.kind == "test" and node.attached and node.attached .. ".tests" or node.unique_id
end

-- The run that a test belongs to; begun where it is the first one.
local function run_of(observer, node, at)
  local key <const> = key_of(node)
  local run = observer.runs[key]
  if run then
    return run
  end
  local together <const> = key ~= node.unique_id
  run = {
    id = together and system.uuid() or node.id, job = job_of(observer, key), assertions = {}, cases = {}, first = at,
    facets = observer:inner_facets("processing_engine", observer.engine), node = node, failed = false,
  }
  run.inputs = together and { node.attached } or node.parents or {}
  observer:begin(key, run, at, { inputs = M.inputs(observer, run) })
  observer.tests = observer.tests or {}
  observer.tests[#observer.tests + 1] = key
  return run
end

--- The datasets that a run of tests reads, with what was found of each.
function M.inputs(observer, run, assertions)
  local out <const> = {}
  for index, input in ipairs(observer.datasets:inputs(run.inputs)) do
    out[index] = object("namespace", input.identity.namespace, "name", input.identity.name, "facets",
      datasets.input_facets(input.identity), "inputFacets",
      assertions and object("dataQualityAssertions", facets.make("dataQualityAssertions", "assertions",
        list(assertions))))
  end
  return out
end

---@param observer table
---@param node table
function M.started(observer, node)
  if KINDS[node.kind] then
    run_of(observer, node, node.started_at or node.at)
  end
end

local function severity_of(node, fact)
  local declared <const> = fact and fact.kind == "test" and fact.severity
  return declared and declared:lower() or node.status == "warn" and "warn" or "error"
end

local function assertion_of(observer, node)
  local fact <const> = observer.datasets:fact(node.unique_id)
  return object("assertion", node.test_name or fact and fact.kind == "test" and fact.test_name or node.name, "success",
    STATUS[node.status] == "pass", "column", node.column_name, "severity", severity_of(node, fact), "name", node.name,
    "actual", node.failures and tostring(node.failures), "expected", node.failures and "0")
end

local function case_of(observer, node)
  return object("name", node.unique_id, "status", STATUS[node.status] or "skip", "severity",
    severity_of(node, observer.datasets:fact(node.unique_id)), "type",
    node.kind == "unit_test" and "unit" or "singular", "description", node.status ~= "pass" and node.message or nil,
    "content", node.compiled_sql, "contentType", node.compiled_sql and "sql")
end

---@param observer table
---@param node table
function M.ended(observer, node)
  if not KINDS[node.kind] or node.reused then
    return
  elseif (node.status == "skipped" or node.status == "aborted") and not observer.runs[key_of(node)] then
    return
  end
  local run <const> = run_of(observer, node, node.started_at or node.at)
  run.last = math.max(run.last, node.at)
  run.failed = run.failed or node.status == "fail" or node.status == "error"
  run.aborted = run.aborted or node.status == "aborted"
  if key_of(node) == node.unique_id then
    run.cases[#run.cases + 1] = case_of(observer, node)
  elseif STATUS[node.status] then
    run.assertions[#run.assertions + 1] = assertion_of(observer, node)
  end
end

--- Ends the runs of all tests that were told of so far.
---@param observer table
function M.finish(observer)
  for _, key in ipairs(observer.tests or {}) do
    local run <const> = observer.runs[key]
    if run then
      local kind <const> = run.failed and "FAIL" or run.aborted and "ABORT"
        or #run.assertions + #run.cases > 0 and "COMPLETE" or "ABORT"
      observer:finish(key, kind, run.last, {
        facets = #run.cases > 0 and { "test", facets.make("test", "tests", list(run.cases)) } or nil,
        inputs = M.inputs(observer, run, #run.assertions > 0 and run.assertions or nil),
      })
    end
  end
  observer.tests = nil
end

local SEVERITY <const> = { block = "error", alert_only = "warn", warn = "warn" }

local function text(value)
  return value ~= nil and tostring(value) or nil
end

--- What policies said, as tests of the command's run.
---@param verdict table
---@return table? facet nil where no policy ran
function M.of_policies(verdict)
  local found <const>, out <const> = {}, {}
  for _, finding in ipairs(verdict.findings or {}) do
    found[finding.policy] = found[finding.policy] or finding
  end
  for _, policy in ipairs(verdict.policies or {}) do
    local first <const> = found[policy.id]
    out[#out + 1] = object("name", policy.id, "status", first and "fail" or "pass", "severity",
      SEVERITY[policy.mode] or "warn", "type", "policy", "description", policy.title, "expected",
      first and text(first.expected), "actual", first and text(first.actual))
  end
  return #out > 0 and facets.make("test", "tests", list(out)) or nil
end

return M
