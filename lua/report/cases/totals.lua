-- What policies' tests came to: the numbers every format prints, and the exit code.
local M = {}

---@class report.cases.results
---@field bundles { name: string, path: string, policies: table[] }[] each policy: id, cases, error?, tested

--- The numbers of all bundles. An untested policy has no test file; a test file that does not run counts as a
--- failure.
---@param results report.cases.results
---@return { policies: integer, cases: integer, passed: integer, failed: integer, untested: integer }
function M.count(results)
  local totals <const> = { policies = 0, cases = 0, passed = 0, failed = 0, untested = 0 }
  for _, bundle in ipairs(results.bundles) do
    for _, policy in ipairs(bundle.policies) do
      totals.policies = totals.policies + 1
      if not policy.tested then
        totals.untested = totals.untested + 1
      end
      if policy.error then
        totals.failed = totals.failed + 1
      end
      for _, case in ipairs(policy.cases or {}) do
        totals.cases = totals.cases + 1
        local key <const> = case.ok and "passed" or "failed"
        totals[key] = totals[key] + 1
      end
    end
  end
  return totals
end

--- What a failed case says: its message, then the values of each part of its assertion.
---@param case table
---@return string
function M.failure(case)
  local parts <const> = {}
  parts[#parts + 1] = case.message
  parts[#parts + 1] = case.detail
  return table.concat(parts, "\n")
end

--- What kept a test file from running.
---@param problem table|string
---@return string
function M.problem(problem)
  if type(problem) ~= "table" then
    return tostring(problem)
  end
  return (problem.at and problem.at .. ": " or "") .. tostring(problem.message)
end

return M
