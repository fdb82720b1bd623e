-- The run phase: a compiled product is executed in four steps, by one dbt process. Who watches is told what happens
-- when it happens: the screen, and the observers that keep evidence (the ledger, lineage, telemetry, metrics).

local arguments <const> = require "evidence.arguments"
local companions <const> = require "run.companion"
local contracts <const> = require "run.contracts"
local dbt <const> = require "compile.dbt"
local document <const> = require "host.document"
local facts <const> = require "run.facts"
local files <const> = require "host.files"
local gates <const> = require "run.gate"
local keeping <const> = require "run.keeping"
local lineage <const> = require "evidence.openlineage.observer"
local locks <const> = require "run.lock"
local longs <const> = require "run.long"
local nodes <const> = require "run.nodes"
local observers <const> = require "evidence.observers"
local parents <const> = require "evidence.openlineage.parents"
local plans <const> = require "run.plan"
local problem <const> = require "manifest.problem"
local recorder <const> = require "run.recorder"
local retries <const> = require "run.retry"
local redact <const> = require "evidence.redact"
local system <const> = require "host.system"
local traces <const> = require "evidence.trace"
local words <const> = require "floe.text"

local M = {}

local EXIT_FAILED <const>, EXIT_INPUT <const>, EXIT_OUTSIDE <const> = 1, 2, 4
local EXIT_BUG <const>, EXIT_SIGNAL <const> = 70, 128

local TITLES <const> = {
  "Starting runtime", "Executing transforms", "Running quality checks", "Validating contracts",
}

local RUNTIME <const>, TRANSFORMS <const>, QUALITY <const>, CONTRACTS <const> = 1, 2, 3, 4

local function now()
  return system.nanoseconds() // 1000000
end

---@class floe.run.running
---@field plan floe.run.plan
---@field screen floe.run.screen
---@field observers floe.observers
---@field gate floe.run.gate
---@field retry floe.run.retry?
---@field known floe.run.facts? once it was needed
---@field id string
---@field attempt integer
---@field trace floe.trace
---@field begin number of the monotonic clock
---@field started table<string, floe.run.node> nodes that run, by unique_id
---@field long floe.run.long of those, the models, seeds and snapshots
---@field unexplained table<string, floe.run.node> nodes that failed, and dbt has not said why yet
---@field nodes floe.run.node[] that ended
---@field failed floe.run.node[] those that failed
---@field tests floe.run.node[]
---@field counts table<string, integer> nodes by their status
---@field skipped integer nodes that dbt did not run, by its own count
---@field whole boolean? all that was selected ended, and was told of
---@field unmatched string[] parts of the selection that name nothing
---@field ended boolean? observers were told its end
local Run = {}
Run.__index = Run

function Run:tell(name, ...)
  self.observers:tell(name, ...)
end

-- What the project says of nodes: read when it is needed first, which is while dbt reads the project itself.
function Run:facts()
  self.known = self.known or facts.open(self.plan)
  return self.known
end

-- ---- steps --------------------------------------------------------------------------------------------------

function Run:begin_step(index, more)
  self:end_step "ok"
  local step <const> = { index = index, total = #TITLES, title = TITLES[index], at = now(), begin = system.monotonic() }
  self.step = step
  self.screen:step_started(setmetatable(more or {}, { __index = step }))
  self:tell("step_started", step)
end

function Run:end_step(status)
  local step <const> = self.step
  if step then
    step.status, step.at, step.seconds = status, now(), system.monotonic() - step.begin
    self:tell("step_ended", step)
    self.step = nil
  end
end

-- The step in which dbt works; what stands of earlier attempts is a part of it.
function Run:transform(count)
  self:begin_step(TRANSFORMS, { nodes = count })
  local reused <const> = self.retry and self.retry.reused or {}
  table.move(reused, 1, #reused, #self.nodes + 1, self.nodes)
  if self.retry then
    self.screen:reused(reused)
  end
end

-- ---- nodes --------------------------------------------------------------------------------------------------

function Run:node_started(node)
  node.id, node.attempt = system.uuid(), self.attempt
  if self.started[node.unique_id] then -- told twice
    return
  end
  self.started[node.unique_id] = node
  if not nodes.is_check(node) then
    self.long:started(node)
  end
  self.screen:node_started(node)
  self:tell("node_started", self:facts():complete(node))
end

function Run:node_ended(node)
  local begun <const> = self.started[node.unique_id]
  self.started[node.unique_id] = nil
  if begun then
    self.long:ended(begun)
  end
  node.id, node.attempt = begun and begun.id or system.uuid(), self.attempt
  node.started_at = begun and begun.started_at or node.started_at
  self:facts():complete(node)
  if node.status == "error" and system.interrupted() then -- its statement was ended with dbt
    node.status = "aborted"
  end
  self.nodes[#self.nodes + 1] = node
  self.counts[node.status] = (self.counts[node.status] or 0) + 1
  if nodes.is_check(node) then
    self.tests[#self.tests + 1] = node
  end
  if nodes.has_failed(node) then -- those who keep evidence are told when dbt has said why, which it does at its end
    self.failed[#self.failed + 1] = node
    self.unexplained[node.unique_id] = node
  else
    self:tell("node_ended", node) -- before it is shown: what people saw is in the ledger
  end
  self.screen:node_ended(node, self.observers:hears "openlineage" and lineage.state(node) or nil)
end

function Run:place(told)
  local node <const> = self.unexplained[told.unique_id]
  if node then
    node.file = told.file or node.file
  end
end

function Run:reason(told)
  local node <const> = self.unexplained[told.unique_id]
  if node then
    node.message = told.message
    self.unexplained[told.unique_id] = nil
    self:tell("node_ended", node)
  end
end

-- What has not ended when dbt has.
function Run:close_nodes()
  for _, node in ipairs(self.failed) do
    if self.unexplained[node.unique_id] then
      self:reason({ unique_id = node.unique_id })
    end
  end
  local open <const> = {}
  for _, node in pairs(self.started) do
    open[#open + 1] = node
  end
  table.sort(open, function(a, b)
    return a.unique_id < b.unique_id
  end)
  for _, node in ipairs(open) do
    node.status, node.at = "aborted", now()
    node.seconds = math.max(node.at - node.started_at, 0) / 1000 -- the clock may have been set back
    self:node_ended(node)
    self:reason({ unique_id = node.unique_id })
  end
end

-- ---- what dbt says ------------------------------------------------------------------------------------------

local EVENTS <const> = {}

function EVENTS.MainReportVersion(self, data)
  self.dbt_version = tostring(data.version):match("[%d.]+%w*")
  self:tell("engine_started", { name = "dbt", version = self.dbt_version })
  self:facts()
end

function EVENTS.AdapterRegistered(self, data)
  self.adapter = ("%s %s"):format(data.adapter_name, tostring(data.adapter_version):match("[%d.]+%w*"))
end

function EVENTS.FoundStats(self, data)
  self.found = data.stat_line
end

function EVENTS.ConcurrencyLine(self, data)
  self.screen:line("pass", ("dbt %s: %s, target %s, %s"):format(self.dbt_version, self.adapter or "no adapter",
    data.target_name, words.count(math.tointeger(data.num_threads) or 1, "thread")))
  self:transform(math.tointeger(data.node_count))
end

-- How many nodes dbt counts as skipped at its end: where it stopped at the first failure, more than it told of.
function EVENTS.StatsLine(self, data)
  local stats <const> = document.kind(data) == "object" and data.stats
  self.skipped = document.kind(stats) == "object" and math.tointeger(tonumber(stats.skip)) or 0
end

-- A selection that names nothing is a warning of dbt's, and then there is nothing to do.
function EVENTS.NoNodesForSelectionCriteria(self, data)
  self.unmatched[#self.unmatched + 1] = tostring(data.spec_raw)
end

local TELLS <const> = { started = "node_started", ended = "node_ended", place = "place", reason = "reason" }

function Run:event(name, data)
  local what <const>, node <const> = nodes.of(name, data)
  if what then
    self[TELLS[what]](self, node)
    return true
  end
  local handler <const> = EVENTS[name]
  if handler then
    handler(self, data)
  end
  return nodes.is_about_node(data)
end

-- ---- the steps ----------------------------------------------------------------------------------------------

function Run:start()
  local plan <const>, retry <const> = self.plan, self.retry
  self:begin_step(RUNTIME)
  self.screen:line("pass", ("Artifact: %s %s, compiled %s, current (%s)"):format(plan.product.name,
    plan.product.version, plan.artifact.metadata.compiled_at, words.count(plan.inputs, "input")))
  if plan.platform then
    self.screen:line("pass", ("Platform: %s v%s"):format(plan.platform.name, plan.platform.version))
  end
  if retry then
    self.screen:line("note", ("Attempt %d, after the run %s (%s)"):format(retry.attempt, retry.of, retry.status))
  end
end

-- The environment of dbt: what it does belongs to this run.
function Run:variables()
  local product <const> = self.plan.product
  local out <const> = traces.environment(self.trace, { namespace = product.namespace })
  return parents.variables(system.env, parents.run(system.env, product, self.id), out)
end

-- dbt's log, as it is found from the product's folder.
local function log_of(plan)
  local set <const> = system.env("DBT_LOG_PATH")
  local folder <const> = set and set ~= "" and set
    or require("phase.project").setting(plan.project, "log-path") or "logs"
  return files.normalize(files.join(plan.project, folder, "dbt.log"))
end

-- Lets dbt work; where an earlier attempt left it nothing to do, it has none.
function Run:execute(lock)
  if self.retry and self.retry.left == 0 then
    self:transform(0)
    return { code = 0, interrupted = false, problems = {} }
  end
  local variables <const> = self:variables()
  local companion <const> = companions.place(self.plan.root, self.plan.artifact.dbt.adapter)
  if companion then
    companion:add_to(variables)
  end
  local request <const> = plans.request(self.plan, variables, self.retry)
  request.lock = lock
  local heard <const>, wrong <const> = dbt.hear(request, {
    progress = self.screen.watched and function(text)
      self.screen:progress(text)
    end or nil,
    event = function(name, data)
      return self:event(name, data)
    end,
    due = function()
      return self.long:look()
    end,
  })
  if companion then
    companion:remove()
  end
  if heard then
    redact.file(log_of(self.plan))
    self:close_nodes()
    if self.retry and heard.code == 0 and self.step.index == RUNTIME then -- nothing was left
      self:transform(0)
    end
  end
  return heard, wrong
end

-- Lets the policies judge a moment of the run: what they found, and whether the run ends with it.
function Run:judge(moment, more)
  local verdict <const> = self.gate:judge(moment, more)
  if not verdict then
    return false
  end
  self:tell("policy_judged", verdict)
  self.screen:verdict(verdict)
  self.stopped = self.stopped or gates.stops(verdict) and verdict.exit or nil
  return gates.stops(verdict)
end

function Run:check_contracts()
  local results <const> = contracts.check(self.plan, self:facts(), self.gate.judging.loading)
  for _, result in ipairs(results) do
    self:tell("contract_checked", result)
  end
  self.screen:contracts(results)
  if #results == 0 then
    return false
  end
  local kept <const>, err <const> = require("check.record").keep(self.plan.root, self.plan.product.id, results, self.id)
  if not kept then
    self.observers.problems[#self.observers.problems + 1] = "ledger: " .. err.message
  end
  return self:judge("check", { status = "complete", seconds = self:seconds(), checks = results })
end

-- ---- how it went --------------------------------------------------------------------------------------------

function Run:seconds()
  return system.monotonic() - self.begin
end

local KINDS <const> = { model = "Transform", seed = "Seed", snapshot = "Snapshot", test = "Test",
  unit_test = "Unit test", operation = "Operation" }

function Run:failures()
  for _, node in ipairs(self.failed) do
    if node.status ~= "aborted" then
      local file <const> = node.file and files.normalize(files.join(self.plan.project, node.file))
      self.screen:fail {
        file = file and files.is_file(file) and file or nil,
        message = ("%s %s failed%s"):format(KINDS[node.kind] or node.kind, node.name,
          node.message and "\n" .. node.message or ""),
        hint = ("[View logs] %s\nTrace: %s"):format(log_of(self.plan), self.trace.trace_id),
      }
    end
  end
end

local function nothing_selected(self)
  local named <const> = #self.unmatched > 0 and (": '%s'"):format(table.concat(self.unmatched, "', '")) or ""
  return problem.with(nil, "nothing was selected" .. named, "`dbt ls --select …` shows what a selection names")
end

-- What dbt's end comes to: a status, an exit code, and what is to be said.
function Run:outcome(heard)
  if heard.interrupted then
    return "aborted", EXIT_SIGNAL + system.interrupted(), nil
  elseif #self.failed > 0 then
    return "failed", EXIT_FAILED, heard.code ~= 0 and heard.code ~= 1 and heard.problems or nil
  elseif heard.code ~= 0 then
    local first <const> = heard.problems[1]
    local outside <const> = first.outside or first.kind_of_error == "outside"
    return "failed", outside and EXIT_OUTSIDE or EXIT_FAILED, heard.problems
  elseif #self.nodes == 0 then
    return "failed", EXIT_INPUT, { nothing_selected(self) }
  end
  return "complete", 0, nil
end

local STEP_STATUSES <const> = { complete = "ok", aborted = "aborted" }

-- A run that began is told one end.
function Run:tell_end(result)
  if not self.ended then
    self.ended = true
    self:tell("command_ended", result)
  end
end

-- Ends a run in which something was raised, a bug or an interruption, for those who keep evidence of it.
function Run:give_up(raised)
  local signal <const> = type(raised) == "table" and raised.interrupted and system.interrupted()
  self:tell_end {
    at = now(), seconds = self:seconds(), status = signal and "aborted" or "failed", counts = self.counts,
    exit = signal and EXIT_SIGNAL + signal or EXIT_BUG, message = not signal and "a bug in floe ended the run" or nil,
    error_type = not signal and "bug" or nil, whole = self.whole,
  }
  self.observers:close()
end

function Run:finish(status, exit, problems)
  local signal <const> = system.interrupted()
  if signal then -- also where it came while policies judged or contracts were checked
    status, exit = "aborted", EXIT_SIGNAL + signal
  end
  self:end_step(STEP_STATUSES[status] or "failed")
  self:failures()
  for _, wrong in ipairs(problems or {}) do
    self.screen:fail(wrong)
  end
  local first <const> = problems and problems[1] or self.failed[1]
  local result <const> = {
    at = now(), seconds = self:seconds(), status = status, exit = exit, counts = self.counts, whole = self.whole,
    message = first and first.message or self.stopped and "a policy ended the run" or nil,
    error_type = first and (first.kind and first.unique_id and "dbt." .. first.kind or "dbt")
      or self.stopped and "policy" or nil,
  }
  self:tell_end(result)
  self.screen:command_ended(result)
  if status ~= "complete" and #self.nodes > 0 then
    self.screen:advise(status)
  end
  return exit
end

-- ---- the run ------------------------------------------------------------------------------------------------

local function describe(self)
  local plan <const> = self.plan
  return {
    id = self.id, command = "run", arguments = arguments.shown(), at = now(), product = plan.product,
    platform = plan.platform, environment = plan.asked.environment, trace = self.trace,
    floe = system.versions().floe, artifact = plan.digest, compiled_at = plan.artifact.metadata.compiled_at,
    selection = plans.selection(plan.asked, self.retry), attempt = self.attempt,
    retry_of = self.retry and self.retry.of,
    whole = #plan.asked.select == 0 and #plan.asked.exclude == 0 and not self.retry,
  }
end

-- What follows when dbt has ended: its tests, the policies, the contracts.
local function conclude(self, heard)
  self.whole = not heard.interrupted and (heard.code == 0 or heard.code == 1) and #self.nodes > 0
    and self.skipped <= (self.counts.skipped or 0)
  local status <const>, exit <const>, problems <const> = self:outcome(heard)
  if status == "aborted" or problems then
    return self:finish(status, exit, problems)
  end
  for _, named in ipairs(not self.retry and self.unmatched or {}) do
    self.screen:line("warn", ("nothing is named by '%s'"):format(named))
  end
  self:begin_step(QUALITY)
  self.screen:tests(self.tests)
  local stops <const> = self:judge("after", { status = status, seconds = self:seconds(), nodes = self.nodes })
  if status ~= "complete" or stops then
    return self:finish("failed", status ~= "complete" and exit or self.stopped)
  end
  self:begin_step(CONTRACTS)
  if self:check_contracts() then
    return self:finish("failed", self.stopped)
  end
  return self:finish(status, exit)
end

local function run_locked(self, lock)
  local _ <close> = setmetatable({}, { __close = function(_, raised)
    if raised then
      self:give_up(raised)
    end
  end })
  self:tell("command_started", describe(self))
  local missing <const> = keeping.missing(keeping.asked(self.plan), self.observers)
  if missing then
    return self:finish("failed", EXIT_OUTSIDE, { missing })
  end
  self:start()
  if self:judge("before") then
    return self:finish("failed", self.stopped)
  end
  local heard <const>, unstarted <const> = self:execute(lock)
  if not heard then
    return self:finish("failed", EXIT_OUTSIDE, { unstarted })
  end
  return conclude(self, heard)
end

local function open_observers(self)
  local plan <const> = self.plan
  local own <const>, unopened <const> = recorder.open(plan.root, gates.request(plan.asked))
  local all <const> = observers.open {
    root = plan.root, settings = document.plain(plan.artifact.observability),
    observers = own and { { name = "ledger", observer = own } } or {},
    project = function()
      return self:facts().project
    end,
    connection = contracts.connection(plan),
    catalog = plan.artifact.plugins.catalog,
  }
  if unopened then
    all.problems[#all.problems + 1] = "ledger: " .. unopened.message
  end
  all.recorded = own ~= nil
  return all
end

-- What the last run left, and the policies; nil and why there is no run.
local function prepare(self)
  local refusal, problems
  if self.plan.asked.retry then
    self.retry, refusal = retries.of(self.plan, self:facts())
    if refusal then
      return refusal
    end
    self.attempt = self.retry.attempt
  end
  self.gate, problems = gates.open(self.plan, {
    id = self.id, attempt = self.attempt, retry_of = self.retry and self.retry.of, started_at = now(),
  })
  if problems then
    return { problem = problems[1], exit = EXIT_INPUT }
  end
end

local function refused(screen, refusal)
  screen:fail(refusal.problem)
  return refusal.exit
end

--- Runs a product.
---@param asked floe.run.request
---@param screen floe.run.screen
---@return integer exit
function M.run(asked, screen)
  local self <const> = setmetatable({
    screen = screen, id = system.uuid(), begin = system.monotonic(), attempt = 1, started = {}, unexplained = {},
    nodes = {}, failed = {}, tests = {}, counts = {}, skipped = 0, unmatched = {}, trace = traces.begin(),
  }, Run)
  local plan <const>, unplanned <const> = plans.of(asked)
  if not plan then
    return refused(screen, unplanned)
  end
  self.plan = plan
  self.long = longs.new(function(node)
    self:tell("node_running", setmetatable({ at = now() }, { __index = node }))
  end)
  local lock <close>, held <const> = locks.take(plan.root, self.id, asked.wait)
  if not lock then
    return refused(screen, { problem = held, exit = EXIT_OUTSIDE })
  end
  local refusal <const> = prepare(self)
  if refusal then
    return refused(screen, refusal)
  elseif self.retry and self.retry.nothing then
    screen:line("pass", ("The run %s was complete: nothing is left to run"):format(self.retry.of))
    return 0
  end
  self.observers = open_observers(self)
  return keeping.close(plan, self.observers, screen, run_locked(self, lock))
end

return M
