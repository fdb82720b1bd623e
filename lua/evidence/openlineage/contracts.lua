-- Checks of data contracts in events of OpenLineage: each is a run of its own, COMPLETE with the facet `contractStatus`
-- where the contract is kept, FAIL with `contractViolation` where it is not.
local datasets <const> = require "evidence.openlineage.datasets"
local facets <const> = require "evidence.openlineage.facets"
local moment <const> = require "evidence.moment"
local set <const> = require "floe.set"
local system <const> = require "host.system"

local M = {}

local object <const>, list <const> = facets.object, facets.list

-- What consumers of the events know a violation as.
local VIOLATIONS <const> = {
  freshness = "freshness_violation", schema_drift = "schema_drift", quality = "quality_violation",
  availability = "availability_violation",
}

local function violation_type(result)
  if result.type == "deprecation" then
    return result.severity == "error" and "deprecation_error" or "deprecation_warning"
  end
  return VIOLATIONS[result.type] or result.type
end

local function text(value)
  return value ~= nil and tostring(value) or nil
end

local function violation_facet(result)
  return facets.make("contractViolation", "contractName", result.contract, "contractVersion", text(result.version),
    "violationType", violation_type(result), "severity", result.severity or "error", "message", result.message,
    "element", result.element, "rule", result.rule, "expectedValue", text(result.expected), "actualValue",
    text(result.actual), "timestamp", moment.text(result.at), "checkDurationSeconds", result.seconds,
    "affectedConsumers", result.consumers and list(result.consumers))
end

local function status_facet(result)
  return facets.make("contractStatus", "contractName", result.contract, "contractVersion", text(result.version),
    "checkType", result.type, "status", "pass", "threshold", text(result.expected), "actualValue", text(result.actual),
    "checkedAt", moment.text(result.at))
end

-- "orders.updated_at" of the table "orders" is its column.
local function column_of(result)
  local element <const>, schema <const> = result.element, result.schema
  if element and schema and element:sub(1, #schema + 1) == schema .. "." then
    return element:sub(#schema + 2)
  end
  return element ~= schema and element or nil
end

-- What was measured of the data, where a check was about them.
local function metrics_facet(result)
  local measured <const> = result.type == "quality" and result.measured
  local columns <const> = {}
  for _, name in ipairs(measured and set.list(measured.nulls) or {}) do
    columns[#columns + 1], columns[#columns + 2] = name, object("nullCount", measured.nulls[name])
  end
  return measured and (measured.rows or #columns > 0) and facets.make("dataQualityMetrics", "rowCount", measured.rows,
    "columnMetrics", object(table.unpack(columns))) or nil
end

-- Which table was looked at: as dbt connects to it, otherwise where it lies.
local function identity_of(observer, result)
  local known <const> = observer.datasets
  local location <const> = (result.measured or {}).location
  return result.relation and known.naming:table(result.relation) or result.schema and known:named(result.schema)
    or location and known.naming:location(location)
end

-- What was asserted of the table, and what was measured.
local function findings_of(result)
  local assertion <const> = result.status ~= "error" and object("assertion", result.rule or result.type, "success",
    result.status == "pass", "column", column_of(result), "severity",
    result.severity == "warning" and "warn" or "error", "expected", text(result.expected), "actual",
    text(result.actual)) or nil
  return assertion and object("dataQualityAssertions", facets.make("dataQualityAssertions", "assertions",
    list { assertion }), "dataQualityMetrics", metrics_facet(result))
end

-- The table that is looked at, and once that is done with what came out.
local function inputs_of(identity, result, is_done)
  if not identity then
    return {}
  end
  return { object("namespace", identity.namespace, "name", identity.name, "facets",
    datasets.input_facets(identity, nil, is_done and (result.measured or {}).snapshot or nil), "inputFacets",
    is_done and findings_of(result) or nil) }
end

--- Tells of a check that was made.
---@param observer table
---@param result table
function M.checked(observer, result)
  if result.status == "skipped" then
    return
  end
  local job <const> = observer:job(("contract_check.%s.%s"):format(result.contract, result.type))
  job.facets = { "jobType", facets.make("jobType", "processingType", "BATCH", "integration", "FLOE", "jobType",
    "CONTRACT_CHECK") }
  local run <const> = { id = system.uuid(), job = job, facets = observer:inner_facets() }
  local identity <const> = identity_of(observer, result)
  observer:begin(run.id, run, result.at - math.floor((result.seconds or 0) * 1000),
    { inputs = inputs_of(identity, result, false) })
  local told <const> = {}
  if result.status == "pass" then
    told[1], told[2] = "contractStatus", status_facet(result)
  elseif result.status == "violation" then
    told[1], told[2] = "contractViolation", violation_facet(result)
  else
    told[1], told[2] = "errorMessage", facets.make("errorMessage", "message", result.message or "the check failed",
      "programmingLanguage", "SQL")
  end
  observer:finish(run.id, result.status == "pass" and "COMPLETE" or "FAIL", result.at,
    { facets = told, inputs = inputs_of(identity, result, true) })
end

return M
