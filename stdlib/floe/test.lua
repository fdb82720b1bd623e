-- Tests of policies: builders that make subjects of every type with sensible defaults, and cases that judge them.
--
--     return test.suite("naming.layer_prefix", {
--       test.case("a name without a prefix is reported", function(t)
--         t:judge(test.model { name = "orders" }, { pattern = "medallion" })
--         t:finds { code = "FLOE-E201", subject = "model.shop.orders", actual = "orders" }
--       end),
--     })
--
-- A case fails where the policy raised, saw no subject, or found anything else than was expected: what `finds`
-- lists is all there may be. Cases compare codes, subjects, places and values, never the wording of messages.
--
-- Subjects are real facts, with sensible values where a test gives none, and the policy runs as it does on a product.

-- The builders stand in `floe.subjects`. The host loads a test's file, and for each case calls `run_case(suite, index,
-- judge)` with its own function `judge(policy, subjects, options)`: it runs the policy on those of the subjects that it
-- targets and returns { checks = n, findings = {…}, notes = {…}, error = message or nil }.

local subjects <const> = require "floe.subjects"
local text <const> = require "floe.text"

local M = {}

-- The builders: test.model, test.column, test.product, …
for name, builder in pairs(subjects) do
  if name ~= "walk" and name ~= "surroundings" and name ~= "type" then
    M[name] = builder
  end
end

-- ---- showing values ---------------------------------------------------------------------------------------

local function show(value)
  if type(value) == "string" then
    return (("%q"):format(value):gsub("\\\n", "\\n"))
  elseif type(value) ~= "table" then
    return tostring(value)
  end
  local parts <const> = {}
  for index, item in ipairs(value) do
    parts[index] = show(item)
  end
  return #parts == 0 and "{}" or "{ " .. table.concat(parts, ", ") .. " }"
end

local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then
    return a == b
  elseif #a ~= #b then
    return false
  end
  for index = 1, #a do
    if not same(a[index], b[index]) then
      return false
    end
  end
  return true
end

-- ---- expectations -----------------------------------------------------------------------------------------

-- What `finds` may name, in the order in which it is shown. `suggests` is one of the suggestions.
local EXPECTED_KEYS <const> = {
  "code", "subject", "at", "field", "path", "line", "column", "offset", "expected", "actual", "suggestions", "suggests",
}

local function identity(view)
  return view and view.unique_id
end

-- A finding's value for a key of an expectation. Facts are named by their unique id; `at` is the subject itself
-- where the finding does not say otherwise.
local function value_of(finding, key)
  if key == "subject" then
    return identity(finding.subject)
  elseif key == "at" then
    return identity(finding.at or finding.subject)
  elseif key == "suggestions" then
    return finding.suggestions or {}
  end
  return finding[key]
end

-- A fact is named by its unique id, or stands for itself.
local function named(wanted)
  return subjects.type(wanted) and wanted.unique_id or wanted
end

local function meets(finding, key, wanted)
  if key ~= "suggests" then
    return same(value_of(finding, key), wanted)
  end
  for _, suggestion in ipairs(finding.suggestions or {}) do
    if suggestion == wanted then
      return true
    end
  end
  return false
end

-- The lines that show one finding beside what was expected of it; nil where all of it is met.
local function compare(finding, expectation)
  local lines <const>, met = {}, true
  for _, key in ipairs(EXPECTED_KEYS) do
    local wanted <const> = named(expectation[key])
    if wanted ~= nil then
      local actual <const> = value_of(finding, key == "suggests" and "suggestions" or key)
      if meets(finding, key, wanted) then
        lines[#lines + 1] = ("  %-11s  %s"):format(key, show(actual))
      else
        met = false
        lines[#lines + 1] = ("  %-11s  expected %s"):format(key, show(wanted))
        lines[#lines + 1] = ("  %-11s  actual   %s"):format("", show(actual))
      end
    end
  end
  return not met and lines or nil
end

local function append(items, more)
  for _, item in ipairs(more) do
    items[#items + 1] = item
  end
end

local function describe(finding)
  local lines <const> = { ("  message      %s"):format(show(finding.message)) }
  for _, key in ipairs(EXPECTED_KEYS) do
    local value <const> = key ~= "suggests" and value_of(finding, key)
    if value and (type(value) ~= "table" or #value > 0) then
      lines[#lines + 1] = ("  %-11s  %s"):format(key, show(value))
    end
  end
  return lines
end

---@class floe.test.run
---@field package suite table
---@field package judge_subjects function
local T <const> = {}
T.__index = T

-- Ends the case: `message` is one line, `detail` shows the values.
local function fail(t, message, lines)
  t.failure = { message = message, detail = lines and table.concat(lines, "\n") or nil }
  error(message, 0)
end

--- Runs the policy on a subject and everything in it that the policy targets. `options` may hold `phase`, `as_of`
--- (a date), `as_of_time` (a moment), `environment`, `product`, `project` and `run`.
---@param subject any a fact built by this module
---@param params? table params that differ from their defaults
---@param options? table
---@return table[] findings
function T:judge(subject, params, options)
  if not subjects.type(subject) then
    fail(self, "judge takes a subject, such as test.model { name = \"orders\" }")
  end
  local product <const>, project <const>, run <const> = subjects.surroundings(subject)
  local settings <const> = {
    params = params or {}, phase = run and "run" or "validate", as_of = "2026-01-01", product = product,
    project = project, run = run, environment = run and run.environment,
  }
  for key, value in pairs(options or {}) do
    settings[key] = value
  end
  local result <const> = self.judge_subjects(self.suite.policy, subjects.walk(subject), settings)
  self.result, self.asserted = result, false
  self.subjects = self.subjects + result.checks
  return result.findings
end

-- The result of the last `judge`; ends the case where the policy did not get to judge.
local function judged(t)
  local result <const> = t.result
  if not result then
    fail(t, "the case judges nothing before it asserts")
  elseif result.error then
    fail(t, "the policy failed: " .. result.error)
  elseif result.checks == 0 then
    fail(t, ("policy '%s' saw no subject"):format(t.suite.policy))
  end
  t.asserted = true
  return result
end

--- Nothing was found.
function T:passes()
  local findings <const> = judged(self).findings
  if #findings > 0 then
    local lines <const> = {}
    for _, finding in ipairs(findings) do
      append(lines, describe(finding))
    end
    fail(self, ("expected no finding, got %d"):format(#findings), lines)
  end
end

-- The findings as asked for: one expectation, or a list of them.
local function expectations_of(t, given)
  local expectations <const> = given[1] and given or { given }
  for _, expectation in ipairs(expectations) do
    for key in pairs(expectation) do
      local known = false
      for _, allowed in ipairs(EXPECTED_KEYS) do
        known = known or allowed == key
      end
      if not known then
        fail(t, ("a finding is not compared by '%s'%s (there are: %s)"):format(tostring(key),
          text.did_you_mean(tostring(key), EXPECTED_KEYS), text.list(EXPECTED_KEYS)))
      end
    end
  end
  return expectations
end

--- Exactly these findings were made, in this order: one expectation or a list of them. What an expectation does
--- not name is not compared; `suggests` asks for one of the suggestions.
---@param given table
function T:finds(given)
  local findings <const> = judged(self).findings
  local expectations <const> = expectations_of(self, given)
  local lines <const> = {}
  for index = 1, math.max(#findings, #expectations) do
    local finding <const>, expectation <const> = findings[index], expectations[index]
    local differences <const> = finding and expectation and compare(finding, expectation)
    if not finding then
      lines[#lines + 1] = ("finding %d is missing"):format(index)
      for _, key in ipairs(EXPECTED_KEYS) do
        if expectation[key] ~= nil then
          lines[#lines + 1] = ("  %-11s  expected %s"):format(key, show(named(expectation[key])))
        end
      end
    elseif not expectation then
      lines[#lines + 1] = ("finding %d was not expected"):format(index)
      append(lines, describe(finding))
    elseif differences then
      lines[#lines + 1] = ("finding %d differs"):format(index)
      append(lines, differences)
    end
  end
  if #lines > 0 then
    fail(self, ("expected %s, got %d"):format(text.count(#expectations, "finding"), #findings), lines)
  end
end

--- The policy noted this measured fact for its summary line.
---@param wanted string
function T:notes(wanted)
  local notes <const> = judged(self).notes
  for _, note in ipairs(notes) do
    if note == wanted then
      return
    end
  end
  fail(self, "a note is missing",
    { "  note         expected " .. show(wanted), "               actual   " .. show(notes) })
end

--- The policy failed to run, with an error that contains the text.
---@param wanted string
function T:raises(wanted)
  local result <const> = self.result
  if not result then
    fail(self, "the case judges nothing before it asserts")
  end
  self.asserted = true
  if not result.error or not result.error:find(wanted, 1, true) then
    fail(self, "the policy did not fail as expected",
      { "  error        expected " .. show(wanted), "               actual   " .. show(result.error) })
  end
end

--- A value is what it must be; for what the stdlib computes.
---@param actual any
---@param wanted any
---@param name? string what is compared
function T:equal(actual, wanted, name)
  self.asserted = true
  if not same(actual, wanted) then
    fail(self, "a value differs", {
      ("  %-11s  expected %s"):format(name or "value", show(wanted)),
      ("  %-11s  actual   %s"):format("", show(actual)),
    })
  end
end

-- ---- suites -----------------------------------------------------------------------------------------------

--- One case: what must hold, and the function that shows it.
---@param name string
---@param run fun(t: floe.test.run)
function M.case(name, run)
  if type(name) ~= "string" or type(run) ~= "function" then
    error("test.case takes the name of what must hold and a function", 2)
  end
  return { name = name, run = run }
end

--- The cases of a policy; what a test file returns.
---@param policy string the policy's id
---@param cases table[]
function M.suite(policy, cases)
  if type(policy) ~= "string" or type(cases) ~= "table" then
    error("test.suite takes the id of a policy and a list of cases", 2)
  end
  local names <const> = {}
  for index, case in ipairs(cases) do
    if type(case) ~= "table" or not case.name or not case.run then
      error(("case %d of '%s' is not made by test.case"):format(index, policy), 2)
    elseif names[case.name] then
      error(("two cases of '%s' are named '%s'"):format(policy, case.name), 2)
    end
    names[case.name] = true
  end
  return { policy = policy, cases = cases, run_case = M.run_case }
end

--- Runs one case; the host calls it. `judge` is the host's, see the head of this file.
---@param suite table
---@param index integer
---@param judge function
---@return table result { name, ok, message, detail, subjects }
---@package
function M.run_case(suite, index, judge)
  local case <const> = suite.cases[index]
  local t <const> = setmetatable({ suite = suite, judge_subjects = judge, subjects = 0, asserted = true }, T)
  local ok, message = pcall(case.run, t)
  local detail
  if t.failure then
    ok, message, detail = false, t.failure.message, t.failure.detail
  elseif ok and t.subjects == 0 and not t.result then
    ok, message = false, "the case judges nothing"
  elseif ok and not t.asserted then
    ok, message = false, "the case judges a subject but asserts nothing about it"
  end
  return {
    name = case.name, ok = ok, message = not ok and tostring(message) or nil, detail = detail, subjects = t.subjects,
  }
end

return M
