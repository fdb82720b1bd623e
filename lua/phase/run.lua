-- The run phase: a compiled product is executed in four steps, by one dbt process. Who watches is told what happens
-- when it happens: the screen, and the observers that keep evidence (the ledger, lineage, telemetry, metrics).

local arguments <const> = require "evidence.arguments"
local contracts <const> = require "run.contracts"
local databases <const> = require "run.database"
local document <const> = require "host.document"
local ending <const> = require "run.ending"
local execution <const> = require "run.execution"
local facts <const> = require "run.facts"
local files <const> = require "host.files"
local gates <const> = require "run.gate"
local keeping <const> = require "run.keeping"
local locks <const> = require "run.lock"
local observers <const> = require "evidence.observers"
local plans <const> = require "run.plan"
local recorder <const> = require "run.recorder"
local retries <const> = require "run.retry"
local steps <const> = require "run.steps"
local system <const> = require "host.system"
local traces <const> = require "evidence.trace"
local verdicts <const> = require "run.verdict"
local words <const> = require "floe.text"
local works <const> = require "run.work"

local M = {}

local EXIT_INPUT <const>, EXIT_OUTSIDE <const> = 2, 4
local GC_PAUSE <const> = 200 -- percent: it goes on while dbt works, whose machine it is

local function now()
  return system.nanoseconds() // 1000000
end

---@class floe.run.running
---@field asked floe.run.request
---@field plan floe.run.plan? nil where nothing may run
---@field product table? of the plan; also of one that may not run
---@field screen floe.run.screen
---@field observers floe.observers
---@field gate floe.run.gate
---@field retry floe.run.retry?
---@field known floe.run.facts? once it was needed
---@field id string
---@field attempt integer
---@field trace floe.trace
---@field begin number of the monotonic clock
---@field steps floe.run.steps
---@field work floe.run.work
---@field stopped integer? the exit code that a policy ended it with
---@field whole boolean? all that was selected ended, and was told of
---@field described table? what observers were told of its beginning; nil where it did not begin
---@field engine { version: string?, adapter: string?, target: string? }? the dbt that runs
---@field verdicts table[] what policies made of its moments
---@field checks floe.check.result[] of its contracts
---@field problems table[] what was said as an error, as the errors of a verdict
---@field result table? what observers were told of its end
---@field unkept string[] what is missing of its evidence, in lines
local Run <const> = {}
Run.__index = Run

function Run:tell(name, ...)
  self.observers:tell(name, ...)
end

-- What the project says of nodes: read when it is needed first.
function Run:facts()
  self.known = self.known or facts.open(self.plan, self.gate and self.gate:project())
  return self.known
end

function Run:seconds()
  return system.monotonic() - self.begin
end

-- Says what went wrong, and with which exit code it ends the run; what is wrong with the product itself has a code.
function Run:fail(wrong, exit, code)
  local kind <const> = verdicts.kind_of(exit)
  self.problems[#self.problems + 1] = {
    kind = kind, code = kind == "run" and code or nil, message = wrong.message, hint = wrong.hint,
    file = wrong.file and files.relative(wrong.file, files.normalize(self.asked.folder)), line = wrong.line,
    column = wrong.column, subject = wrong.subject,
  }
  self.screen:fail(wrong)
end

-- ---- its steps ----------------------------------------------------------------------------------------------

local function start(run)
  local plan <const>, retry <const> = run.plan, run.retry
  run.steps:begin(steps.RUNTIME)
  run.screen:line("pass", ("Artifact: %s %s, compiled %s, current (%s)"):format(plan.product.name,
    plan.product.version, plan.artifact.metadata.compiled_at, words.count(plan.inputs, "input")))
  if plan.platform then
    run.screen:line("pass", ("Platform: %s v%s"):format(plan.platform.name, plan.platform.version))
  end
  if retry then
    run.screen:line("note", ("Attempt %d, after the run %s (%s)"):format(retry.attempt, retry.of, retry.status))
    if retry.anew then
      run.screen:line("note", "There is no database, so nothing of that is reused")
    end
  end
end

-- Lets the policies judge a moment of the run: what they found, and whether the run ends with it.
local function judge(run, moment, more)
  local verdict <const> = run.gate:judge(moment, more)
  if not verdict then
    return false
  end
  run.verdicts[#run.verdicts + 1] = verdict
  run:tell("policy_judged", verdict)
  run.screen:verdict(verdict)
  run.stopped = run.stopped or gates.stops(verdict) and verdict.exit or nil
  return gates.stops(verdict)
end

local function check_contracts(run)
  local asked <const> = run.plan.asked
  local is_part <const> = #asked.select > 0 or #asked.exclude > 0 or run.retry ~= nil
  local results <const> = contracts.check(run.plan, run:facts(), run.gate.judging.loading,
    is_part and run.work.nodes or nil)
  for _, result in ipairs(results) do
    run:tell("contract_checked", result)
  end
  run.checks = results
  run.screen:contracts(results)
  if #results == 0 then
    return false
  end
  run:tell("contracts_checked", results)
  return judge(run, "check", { status = "complete", seconds = run:seconds(), checks = results })
end

-- ---- the run ------------------------------------------------------------------------------------------------

local function describe(run)
  local plan <const> = run.plan
  return {
    id = run.id, command = "run", arguments = arguments.shown(), at = now(), product = plan.product,
    platform = plan.platform, environment = plan.asked.environment, trace = run.trace,
    floe = system.versions().floe, artifact = plan.digest, compiled_at = plan.artifact.metadata.compiled_at,
    selection = plans.selection(plan, run.retry), attempt = run.attempt,
    retry_of = run.retry and run.retry.of, anew = run.retry and run.retry.anew,
    whole = #plan.asked.select == 0 and #plan.asked.exclude == 0 and not run.retry,
  }
end

-- What follows when dbt has ended: its tests, the policies, the contracts.
local function conclude(run, heard)
  run.whole = not heard.interrupted and (heard.code == 0 or heard.code == 1) and #run.work.nodes > 0
    and heard.skipped <= (run.work.counts.skipped or 0)
  local status <const>, exit <const>, problems <const> = ending.outcome(run, heard)
  if status == "aborted" or problems then
    return ending.finish(run, status, exit, problems)
  end
  local lost <const> = databases.lost(run.plan, run.work.nodes)
  if lost then
    return ending.finish(run, "failed", EXIT_OUTSIDE, { lost })
  end
  for _, named in ipairs(not run.retry and heard.unmatched or {}) do
    run.screen:line("warn", ("nothing is named by '%s'"):format(named))
  end
  run.steps:begin(steps.QUALITY)
  run.screen:tests(run.work.tests)
  local stops <const> = judge(run, "after", { status = status, seconds = run:seconds(), nodes = run.work.nodes })
  if status ~= "complete" or stops then
    return ending.finish(run, "failed", status ~= "complete" and exit or run.stopped)
  end
  run.steps:begin(steps.CONTRACTS)
  if check_contracts(run) then
    return ending.finish(run, "failed", run.stopped)
  end
  return ending.finish(run, status, exit)
end

local function run_locked(run, lock)
  local _ <close> = setmetatable({}, { __close = function(_, raised)
    if raised then
      ending.give_up(run, raised)
    end
  end })
  run.described = describe(run)
  run:tell("command_started", run.described)
  local missing <const> = keeping.missing(keeping.asked(run.plan), run.observers)
  if missing then
    return ending.finish(run, "failed", EXIT_OUTSIDE, { missing })
  end
  start(run)
  if judge(run, "before") then
    return ending.finish(run, "failed", run.stopped)
  end
  local heard <const>, unstarted <const> = execution.execute(run, lock)
  if not heard then
    return ending.finish(run, "failed", EXIT_OUTSIDE, { unstarted })
  end
  return conclude(run, heard)
end

local function open_observers(run)
  local plan <const> = run.plan
  local own <const>, unopened <const> = recorder.open(plan.root, gates.request(plan.asked))
  local all <const> = observers.open {
    root = plan.root, settings = document.plain(plan.artifact.observability),
    observers = own and { { name = "ledger", observer = own } } or {},
    project = function()
      return run:facts().project
    end,
    connection = plan.connection,
    catalog = plan.artifact.plugins.catalog,
  }
  if unopened then
    all:say("ledger: " .. unopened.message)
  end
  all.recorded = own ~= nil
  return all
end

-- What the last run left, and the policies; nil and why there is no run.
local function prepare(run)
  local refusal, problems
  if run.plan.asked.retry then
    run.retry, refusal = retries.of(run.plan, run:facts())
    if refusal then
      return refusal
    end
    run.attempt = run.retry.attempt
  end
  run.gate, problems = gates.open(run.plan, {
    id = run.id, attempt = run.attempt, retry_of = run.retry and run.retry.of, started_at = now(),
  })
  if problems then
    return { problem = problems[1], exit = EXIT_INPUT }
  end
end

local CODE_REFUSED <const> = "FLOE-E808"

local function refused(run, refusal)
  run:fail(refusal.problem, refusal.exit, CODE_REFUSED)
  return refusal.exit
end

-- The lock of the product's runs; where another run has it and somebody waits for that, they are told so.
local function take_lock(run)
  local lock <const>, held <const> = locks.take(run.plan.root, run.id)
  if lock or not run.asked.wait or not held.outside then
    return lock, held
  end
  run.screen:line("note", ("Waiting: %s"):format(held.message))
  return locks.take(run.plan.root, run.id, run.asked.wait)
end

-- Runs what was planned, once no other run of the product is at work.
local function run_planned(run)
  local lock <close>, held <const> = take_lock(run)
  if not lock then
    return refused(run, { problem = held, exit = EXIT_OUTSIDE })
  end
  local refusal <const> = prepare(run)
  if refusal then
    return refused(run, refusal)
  elseif run.retry and run.retry.nothing then
    run.screen:line("pass", ("The run %s was complete: nothing is left to run"):format(run.retry.of))
    return 0
  end
  run.observers = open_observers(run)
  local exit <const> = run_locked(run, lock)
  keeping.close(run)
  return exit
end

--- Runs a product.
---@param asked floe.run.request
---@param screen floe.run.screen
---@return integer exit
---@return floe.run.running run what became of it
function M.run(asked, screen)
  collectgarbage("incremental", GC_PAUSE)
  local run <const> = setmetatable({
    asked = asked, screen = screen, id = system.uuid(), begin = system.monotonic(), attempt = 1, trace = traces.begin(),
    verdicts = {}, checks = {}, problems = {}, unkept = {},
  }, Run)
  run.steps, run.work = steps.of(run), works.of(run)
  local plan <const>, unplanned <const> = plans.of(asked)
  if not plan then
    run.product = unplanned.product
    return refused(run, unplanned), run
  end
  run.plan, run.product = plan, plan.product
  return run_planned(run), run
end

return M
