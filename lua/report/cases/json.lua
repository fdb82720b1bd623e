-- Policies' tests as one JSON document.
local json <const> = require "host.json"
local totals <const> = require "report.cases.totals"
local verdicts <const> = require "report.verdicts"

local M = {}

local function text(value)
  return value ~= nil and verdicts.valid(tostring(value)) or json.null
end

local function convert_case(case)
  return json.object({
    { "name", text(case.name) }, { "ok", case.ok }, { "message", text(case.message) },
    { "detail", text(case.detail) }, { "subjects", case.subjects or json.null },
    { "instructions", case.instructions or json.null }, { "seconds", case.seconds or json.null },
  })
end

local function convert_policy(policy)
  local cases <const> = {}
  for _, case in ipairs(policy.cases or {}) do
    cases[#cases + 1] = convert_case(case)
  end
  return json.object({
    { "id", policy.id }, { "tested", policy.tested },
    { "error", policy.error and text(totals.problem(policy.error)) or json.null }, { "cases", json.array(cases) },
  })
end

local function convert_bundle(bundle)
  local policies <const> = {}
  for _, policy in ipairs(bundle.policies) do
    policies[#policies + 1] = convert_policy(policy)
  end
  return json.object({
    { "name", text(bundle.name) }, { "path", text(bundle.path) }, { "policies", json.array(policies) },
  })
end

---@param results report.cases.results
---@return string
function M.format(results)
  local bundles <const> = {}
  for _, bundle in ipairs(results.bundles) do
    bundles[#bundles + 1] = convert_bundle(bundle)
  end
  return json.encode(json.object({
    { "schema", "floe.dev/policy-test/v1" }, { "totals", totals.count(results) }, { "bundles", json.array(bundles) },
  }), { indent = 2 }) .. "\n"
end

return M
