-- JUnit's XML, as CI systems read it: a suite a product, a case a finding, and one passing case for each policy
-- that was asked and found nothing. Only what blocks is a failure; what is waived is skipped, with its reason. Of a run
-- each model and each test is a case, too.
local verdicts <const> = require "report.verdicts"
local xml <const> = require "report.xml"

local M = {}

local function body_of(verdict, finding)
  local lines <const> = { finding.message }
  for _, row in ipairs(verdicts.details(finding)) do
    lines[#lines + 1] = row[1] .. ": " .. row[2]
  end
  lines[#lines + 1] = "At: " .. (verdicts.place(verdict, finding) or finding.subject or "?")
  lines[#lines + 1] = finding.docs and "Documentation: " .. finding.docs
  return xml.escape(table.concat(lines, "\n"))
end

local function outcome_of(verdict, finding)
  if finding.verdict == "block" then
    return xml.element("failure", { { "type", finding.code or finding.policy }, { "message", finding.message } },
      body_of(verdict, finding))
  elseif finding.verdict == "waived" then
    return xml.element("skipped", { { "message", "waived " .. verdicts.waiver(finding.waiver or {}) } })
  elseif finding.verdict == "baseline" then
    return xml.element("skipped", { { "message", "accepted in the baseline" } })
  end
  return xml.element("system-out", {}, verdicts.labels[finding.verdict] .. ": " .. body_of(verdict, finding))
end

local function finding_case(verdict, finding)
  return "    " .. xml.element("testcase", {
    { "classname", finding.policy }, { "name", finding.subject or finding.policy },
    { "file", verdicts.file(verdict, finding) }, { "line", finding.line },
  }, outcome_of(verdict, finding))
end

local function error_case(verdict, problem)
  return "    " .. xml.element("testcase", {
    { "classname", problem.policy or "floe." .. (problem.kind or "input") },
    { "name", tostring(problem.subject or problem.at or verdicts.file(verdict, problem) or "input") },
  }, xml.element("error", { { "type", problem.kind }, { "message", problem.message } },
    xml.escape(verdicts.problem(problem))))
end

local function passing_cases(verdict, cases, seen)
  for _, policy in ipairs(verdict.policies or {}) do
    if not seen[policy.id] and policy.mode ~= "off" and policy.checks > 0 then
      cases[#cases + 1] = "    " .. xml.element("testcase",
        { { "classname", policy.id }, { "name", policy.title or policy.id } })
    end
  end
end

-- How a node ended that did not end well.
local NODE_OUTCOMES <const> = { error = "failure", fail = "failure", skipped = "skipped", aborted = "skipped" }

-- Nodes that ran, as dbt calls them; what an earlier attempt did is done.
local function node_cases(verdict, cases, numbers)
  for _, node in ipairs(verdict.nodes or {}) do
    local outcome <const> = NODE_OUTCOMES[node.status]
    local key <const> = outcome == "failure" and "block" or outcome
    if key then
      numbers[key] = numbers[key] + 1
    end
    cases[#cases + 1] = "    " .. xml.element("testcase", {
      { "classname", "dbt." .. node.kind }, { "name", node.unique_id }, { "time", ("%.3f"):format(node.seconds or 0) },
    }, outcome and xml.element(outcome, {
      { "type", outcome == "failure" and node.status or nil }, { "message", node.message or node.status },
    }) or nil)
  end
end

local function suite_of(verdict)
  local cases <const>, seen <const> = {}, {}
  local numbers <const> = { block = 0, skipped = 0 }
  for _, finding in ipairs(verdict.findings or {}) do
    seen[finding.policy] = true
    local key <const> = verdicts.is_open(finding) and finding.verdict or "skipped"
    numbers[key] = (numbers[key] or 0) + 1
    cases[#cases + 1] = finding_case(verdict, finding)
  end
  node_cases(verdict, cases, numbers)
  local errors = 0
  for _, problem in ipairs(verdict.errors or {}) do
    seen[problem.policy or ""] = true
    if problem.kind ~= "run" or not problem.subject then -- a node is a case itself
      errors = errors + 1
      cases[#cases + 1] = error_case(verdict, problem)
    end
  end
  passing_cases(verdict, cases, seen)
  local attributes <const> = {
    { "name", verdicts.name(verdict) }, { "tests", #cases }, { "failures", numbers.block },
    { "errors", errors }, { "skipped", numbers.skipped }, { "timestamp", verdict.as_of },
  }
  return "  " .. xml.element("testsuite", attributes, "\n" .. table.concat(cases, "\n") .. "\n  ")
end

---@param list table[]
---@return string
function M.format(list)
  local suites <const> = {}
  for _, verdict in ipairs(list) do
    suites[#suites + 1] = suite_of(verdict)
  end
  return '<?xml version="1.0" encoding="UTF-8"?>\n'
    .. xml.element("testsuites", { { "name", "floe" } }, "\n" .. table.concat(suites, "\n") .. "\n") .. "\n"
end

return M
