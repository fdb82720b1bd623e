-- What people see of a run: the four steps as they happen, plain lines where nobody looks, and on a terminal beside
-- them what dbt is at.

local nodes <const> = require "run.nodes"
local system <const> = require "host.system"
local text <const> = require "report.text"
local words <const> = require "terminal"

local M = {}

local MOST_TESTS <const> = 200 -- that are told one by one
local SECOND <const> = 1

local INDENT <const>, BRANCH <const>, LAST <const> = "      ", "          ├── ", "          └── "
local MARKS <const> = { pass = "pass", success = "pass", warn = "warn", skipped = "skip", fail = "fail", error = "fail",
  aborted = "fail" }

---@class floe.run.screen
---@field out terminal
---@field step fun(verdict: any, number: integer, total: integer, title: string)
---@field mark fun(verdict: any, mark: string, text: string)
---@field running table<string, number> names of the nodes that run, and since when
---@field quiet boolean what happens is not told
---@field silent boolean nor how it ended
---@field verdicts table[] of the step that goes on
local Screen = {}
Screen.__index = Screen

--- A screen on a terminal.
---@param out terminal
---@param silent boolean? standard output is for a report, and gets nothing from here
---@return floe.run.screen
function M.open(out, silent)
  local printer <const> = text.listener(out)
  return setmetatable({
    out = out, step = printer.step, mark = printer.line, running = {}, done = 0, silent = silent or false,
    quiet = silent or out.quiet, verdicts = {},
    watched = not out.quiet and system.is_terminal(2),
  }, Screen)
end

--- "148,500".
---@param number integer
---@return string
function M.number(number)
  local digits <const> = ("%d"):format(number)
  return (digits:reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", ""):gsub("^%-,", "-"))
end

-- ---- while it runs ------------------------------------------------------------------------------------------

-- What dbt is at, in one line.
local function doing(self)
  local names <const> = {}
  for name, since in pairs(self.running) do
    names[#names + 1] = ("%s (%s)"):format(name, words.duration((system.monotonic() - since) // SECOND * SECOND))
  end
  table.sort(names)
  local total <const> = self.total and (" of %d"):format(self.total) or ""
  return ("▶ %d%s done%s%s"):format(self.done, total, #names > 0 and ": " or "", table.concat(names, ", "))
end

--- What is shown while dbt works, where somebody looks; nil takes it away.
---@param progress string? what dbt says
function Screen:progress(progress)
  local shown = progress
  if progress and (self.done > 0 or next(self.running)) then
    shown = doing(self)
  end
  self.out:transient(shown)
end

local function line(self, mark, content)
  if not self.quiet then
    self.out:transient(nil)
    self.mark(nil, mark, content)
  end
end

function Screen:step_started(step)
  self.total = step.nodes or self.total
  self:settle()
  if not self.quiet then
    self.out:transient(nil)
    self.step(nil, step.index, step.total, step.title)
  end
end

--- A line of the step that runs.
---@param mark "pass"|"fail"|"warn"|"alert"|"skip"|"note"
---@param content string
function Screen:line(mark, content)
  line(self, mark, content)
end

-- ---- nodes --------------------------------------------------------------------------------------------------

function Screen:node_started(node)
  self.running[node.name] = system.monotonic()
end

-- What is known of a node that ran, below its line.
local function print_details(self, rows, lineage)
  local details <const> = {}
  details[#details + 1] = rows and "Rows: " .. M.number(rows) or nil
  details[#details + 1] = lineage and "OpenLineage: " .. lineage or nil
  for index, detail in ipairs(details) do
    self.out:line((index == #details and LAST or BRANCH) .. words.clean(detail))
  end
  self.out:flush()
end

-- A node that made data.
local function print_built(self, node)
  local out <const> = self.out
  out:transient(nil)
  out:line(("%s%s %s (%s)"):format(INDENT, out:paint("green", "▶"), words.clean(node.name),
    words.duration(node.seconds or 0)))
end

--- A node that ended. Tests are told in their own step.
---@param node floe.run.node
---@param lineage string? the state of its lineage, where that is told
function Screen:node_ended(node, lineage)
  self.running[node.name] = nil
  self.done = self.done + 1
  if self.quiet or nodes.is_check(node) then
    return
  elseif node.status == "success" then
    print_built(self, node)
    print_details(self, node.rows, lineage)
  elseif node.status == "skipped" then
    line(self, "skip", node.name .. ": skipped, as what it depends on failed")
  elseif node.status == "aborted" then
    line(self, "fail", node.name .. ": stopped")
  else
    line(self, MARKS[node.status] or "fail", ("%s (%s): %s"):format(node.name, words.duration(node.seconds or 0),
      node.status))
    print_details(self, nil, lineage)
  end
end

-- ---- quality checks -----------------------------------------------------------------------------------------

local function test_line(test)
  local what <const> = test.test_name and test.column_name and ("%s: %s"):format(test.test_name, test.column_name)
    or test.test_name or test.name
  local found <const> = test.failures and test.failures > 0 and (", %s rows"):format(M.number(test.failures)) or ""
  return ("%s (%s%s)"):format(what, test.status, found)
end

-- The tests of each model, in the order in which the first of each ended.
local function by_model(tests)
  local groups <const>, known <const> = {}, {}
  for _, test in ipairs(tests) do
    local key <const> = test.attached or ""
    if not known[key] then
      known[key] = { title = key:match("^[^.]+%.[^.]+%.(.+)$"), tests = {} }
      groups[#groups + 1] = known[key]
    end
    table.insert(known[key].tests, test)
  end
  return groups
end

local function counted(tests)
  local counts <const>, parts <const> = {}, {}
  for _, test in ipairs(tests) do
    counts[test.status] = (counts[test.status] or 0) + 1
  end
  for _, status in ipairs { "pass", "warn", "fail", "error", "skipped", "aborted" } do
    parts[#parts + 1] = counts[status] and ("%d %s"):format(counts[status], status) or nil
  end
  return table.concat(parts, ", ")
end

local function print_group(self, group)
  line(self, "plain", group.title or "of no single model")
  local skipped = 0
  for _, test in ipairs(group.tests) do
    if test.status == "skipped" then
      skipped = skipped + 1
    else
      self.mark(nil, MARKS[test.status] or "fail", test_line(test), 1)
    end
  end
  if skipped > 0 then
    self.mark(nil, "skip", ("%s (skipped)"):format(words.count(skipped, "test")), 1)
  end
end

--- What the tests found: one by one, or where they are many, those that did not pass.
---@param tests floe.run.node[]
function Screen:tests(tests)
  if self.quiet then
    return
  elseif #tests == 0 then
    return line(self, "skip", "No test ran")
  end
  local shown = tests
  if #tests > MOST_TESTS and not self.out.verbose then
    shown = {}
    for _, test in ipairs(tests) do
      shown[#shown + 1] = test.status ~= "pass" and test or nil
    end
  end
  for _, group in ipairs(by_model(shown)) do
    print_group(self, group)
  end
  line(self, "note", ("%s: %s"):format(words.count(#tests, "test"), counted(tests)))
end

-- ---- what was done before -----------------------------------------------------------------------------------

local MOST_NAMES <const> = 20

--- What stands of earlier attempts.
---@param reused floe.run.node[]
function Screen:reused(reused)
  local names <const>, tests = {}, 0
  for _, node in ipairs(reused) do
    if nodes.is_check(node) then
      tests = tests + 1
    else
      names[#names + 1] = node.name
    end
  end
  table.sort(names)
  local shown <const> = table.concat(names, ", ", 1, math.min(#names, MOST_NAMES))
  line(self, "note", ("Reused: %s, %s%s"):format(words.count(#names, "node"), words.count(tests, "test"),
    #names == 0 and "" or (" (%s%s)"):format(shown, #names > MOST_NAMES and ", …" or "")))
end

-- ---- contracts ----------------------------------------------------------------------------------------------

--- What checking the contracts came to.
---@param results floe.check.result[]
function Screen:contracts(results)
  if #results == 0 then
    return line(self, "skip", "The product has no contract")
  end
  local groups <const>, known <const> = {}, {}
  for _, result in ipairs(results) do
    if not known[result.contract] then
      known[result.contract] = { name = result.contract, results = {} }
      groups[#groups + 1] = known[result.contract]
    end
    table.insert(known[result.contract].results, result)
  end
  for _, group in ipairs(groups) do
    if #groups > 1 then
      line(self, "plain", group.name)
    end
    for _, told in ipairs(require("check.lines").of(group.results)) do
      line(self, told.mark, told.text)
    end
  end
end

-- ---- verdicts -----------------------------------------------------------------------------------------------

local HEADS <const> = { block = "ERROR", alert = "WARNING", warn = "WARNING" }

local function complain_of(self, finding, check)
  local out <const> = self.out
  local what <const> = check.status == "violation" and "Contract violation detected" or "Contract could not be checked"
  out:flush()
  out:complain("")
  out:complain(("%s: %s"):format(HEADS[finding.verdict], what))
  out:complain("")
  out:complain("  Contract: " .. words.clean(check.contract))
  out:complain(("  Type: %s%s"):format(check.type, check.status == "violation" and "_violation" or ""))
  out:complain("  Message: " .. words.clean(check.message))
  out:complain("")
  out:complain(finding.verdict == "block" and "Stopping (block mode)" or ("Continuing (%s mode)"):format(finding.mode))
end

local function print_verdict(self, verdict)
  local others <const> = {}
  self.out:transient(nil)
  for _, finding in ipairs(verdict.findings) do
    local check <const> = HEADS[finding.verdict] and verdict.checks[finding.subject]
    if not check then
      others[#others + 1] = finding
    elseif not self.quiet or finding.verdict == "block" then
      complain_of(self, finding, check)
    end
  end
  text.findings(self.out, setmetatable({ findings = others }, { __index = verdict }))
  self.out:flush()
end

--- What the policies found; violations of contracts as such, all else as every phase tells it. It is told at the end
--- of the step that goes on.
---@param verdict table of run.judging
function Screen:verdict(verdict)
  self.verdicts[#self.verdicts + 1] = not self.silent and verdict or nil
end

-- Tells what policies found in the step that ends.
function Screen:settle()
  local verdicts <const> = self.verdicts
  self.verdicts = {}
  for _, verdict in ipairs(verdicts) do
    print_verdict(self, verdict)
  end
end

-- ---- the end ------------------------------------------------------------------------------------------------

--- What went wrong, on standard error.
---@param wrong { message: string, hint: string?, file: string?, line: integer?, column: integer? }
function Screen:fail(wrong)
  self:settle()
  self.out:transient(nil)
  if self.out.begun then
    self.out:complain("")
  end
  self.out:fail(wrong)
end

local CLOSINGS <const> = {
  complete = { "Pipeline COMPLETE", "green" }, failed = { "Pipeline FAILED", "red" },
  aborted = { "Pipeline ABORTED", "red" },
}

--- The closing line.
---@param result { status: string, seconds: number }
function Screen:command_ended(result)
  self:settle()
  self.out:transient(nil)
  if self.silent or self.quiet and result.status == "complete" then
    return
  end
  local closing <const> = CLOSINGS[result.status]
  self.out:gap()
  self.out:line(self.out:paint(closing[2], closing[1]) .. self.out:paint("dim", (" (%s)"):format(
    words.duration(result.seconds))))
end

local ADVICE <const> = {
  failed = "Repair it, then `floe run --retry-failed` does what is left.\n"
    .. "Where that changes what was compiled, all is compiled and run anew: `floe compile && floe run`.",
  aborted = "`floe run --retry-failed` does what is left.",
}

--- What to do next.
---@param status string
function Screen:advise(status)
  if not self.silent then
    self.out:complain(ADVICE[status])
  end
end

--- What is to be said about the evidence.
---@param problems string[]
function Screen:evidence(problems)
  local width <const> = system.is_terminal(2) and system.columns(2) or nil
  for _, wrong in ipairs(problems) do
    for index, part in ipairs(words.wrap("evidence: " .. words.clean(wrong), width, 4)) do
      self.out:complain((index == 1 and "" or "    ") .. part)
    end
  end
end

return M
