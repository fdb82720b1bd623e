-- Policies' tests as JUnit XML: a suite a policy, a case a case.
local totals <const> = require "report.cases.totals"
local xml <const> = require "report.xml"

local M = {}

local function case_element(policy, case)
  local body = nil
  if not case.ok then
    body = xml.element("failure", { { "message", case.message } }, xml.escape(totals.failure(case)))
  end
  local seconds <const> = case.seconds and ("%.6f"):format(case.seconds) or nil
  return "    " .. xml.element("testcase",
    { { "classname", policy.id }, { "name", case.name }, { "time", seconds } }, body)
end

local function suite_element(policy)
  local lines <const>, failures = {}, 0
  for _, case in ipairs(policy.cases or {}) do
    failures = failures + (case.ok and 0 or 1)
    lines[#lines + 1] = case_element(policy, case)
  end
  if policy.error then
    local text <const> = totals.problem(policy.error)
    lines[#lines + 1] = "    " .. xml.element("testcase", { { "classname", policy.id }, { "name", "loads" } },
      xml.element("error", { { "message", text } }, xml.escape(text)))
  elseif not policy.tested then
    lines[#lines + 1] = "    " .. xml.element("testcase", { { "classname", policy.id }, { "name", "has tests" } },
      xml.element("skipped", { { "message", "the policy has no tests" } }))
  end
  return "  " .. xml.element("testsuite", {
    { "name", policy.id }, { "tests", #lines }, { "failures", failures }, { "errors", policy.error and 1 or 0 },
    { "skipped", not policy.tested and not policy.error and 1 or 0 },
  }, "\n" .. table.concat(lines, "\n") .. "\n  ")
end

---@param results report.cases.results
---@return string
function M.format(results)
  local suites <const> = {}
  for _, bundle in ipairs(results.bundles) do
    for _, policy in ipairs(bundle.policies) do
      suites[#suites + 1] = suite_element(policy)
    end
  end
  return '<?xml version="1.0" encoding="UTF-8"?>\n'
    .. xml.element("testsuites", { { "name", "floe policy test" } }, "\n" .. table.concat(suites, "\n") .. "\n") .. "\n"
end

return M
