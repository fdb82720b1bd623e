-- The run phase: a compiled product is executed in four steps, by one dbt process. Who watches is told what happens
-- when it happens: the screen, and the observers that keep evidence (the ledger, lineage, telemetry, metrics).

local arguments <const> = require "evidence.arguments"
local dbt <const> = require "compile.dbt"
local facts <const> = require "run.facts"
local files <const> = require "host.files"
local json <const> = require "host.json"
local lineage <const> = require "evidence.openlineage.observer"
local nodes <const> = require "run.nodes"
local observers <const> = require "evidence.observers"
local owners <const> = require "run.owner"
local parents <const> = require "evidence.openlineage.parents"
local plans <const> = require "run.plan"
local problem <const> = require "manifest.problem"
local recorder <const> = require "run.recorder"
local system <const> = require "host.system"
local traces <const> = require "evidence.trace"
local words <const> = require "floe.text"

local M = {}

--- Where the lock of a product's runs is, below its folder.
M.lock_path = ".floe/run.lock"

local EXIT_FAILED <const>, EXIT_INPUT <const>, EXIT_OUTSIDE <const> = 1, 2, 4

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
---@field facts floe.run.facts?
---@field id string
---@field begin number of the monotonic clock
---@field started table<string, floe.run.node> nodes that run, by unique_id
---@field unexplained floe.run.node[] nodes that failed, and dbt has not said why yet
---@field failed floe.run.node[] transforms that failed
---@field tests floe.run.node[]
---@field counts table<string, integer> nodes by their status
---@field ended integer
local Run = {}
Run.__index = Run

function Run:tell(name, ...)
  self.observers:tell(name, ...)
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

-- ---- nodes --------------------------------------------------------------------------------------------------

function Run:node_started(node)
  node.id, node.attempt = system.uuid(), self.attempt
  if self.started[node.unique_id] then -- told twice
    return
  end
  self.started[node.unique_id] = node
  self.screen:node_started(node)
  self:tell("node_started", self.facts:complete(node))
end

-- Tells who keeps evidence. A node that failed is told when dbt has said why, which it does at its end.
local function keep(self, node)
  self:tell("node_ended", node)
end

function Run:node_ended(node)
  local begun <const> = self.started[node.unique_id]
  self.started[node.unique_id] = nil
  node.id, node.attempt = begun and begun.id or system.uuid(), self.attempt
  node.started_at = begun and begun.started_at or node.started_at
  self.facts:complete(node)
  self.ended = self.ended + 1
  self.counts[node.status] = (self.counts[node.status] or 0) + 1
  self.screen:node_ended(node, self.observers:hears "openlineage" and lineage.state(node) or nil)
  if nodes.is_check(node) then
    self.tests[#self.tests + 1] = node
  end
  if nodes.has_failed(node) then
    self.failed[#self.failed + 1] = node
    self.unexplained[node.unique_id] = node
  else
    keep(self, node)
  end
end

function Run:reason(told)
  local node <const> = self.unexplained[told.unique_id]
  if node then
    node.message = told.message
    self.unexplained[told.unique_id] = nil
    keep(self, node)
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
    node.status, node.at, node.seconds = "aborted", now(), (now() - node.started_at) / 1000
    self:node_ended(node)
    self:reason({ unique_id = node.unique_id })
  end
end

-- ---- what dbt says ------------------------------------------------------------------------------------------

local EVENTS <const> = {}

function EVENTS.MainReportVersion(self, data)
  self.dbt_version = tostring(data.version):match("[%d.]+%w*")
  self.facts = facts.open(self.plan) -- while dbt reads its project
  self:tell("engine_started", { name = "dbt", version = self.dbt_version })
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
  self:begin_step(TRANSFORMS, { nodes = math.tointeger(data.node_count) })
end

-- A selection that names nothing is a warning of dbt's, and then there is nothing to do.
function EVENTS.NoNodesForSelectionCriteria(self, data)
  self.unmatched[#self.unmatched + 1] = tostring(data.spec_raw)
end

local TELLS <const> = { started = "node_started", ended = "node_ended", reason = "reason" }

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
  local plan <const> = self.plan
  self:begin_step(RUNTIME)
  self.screen:line("pass", ("Artifact: %s %s, compiled %s, current (%s)"):format(plan.product.name,
    plan.product.version, plan.artifact.metadata.compiled_at, words.count(plan.inputs, "input")))
  if plan.platform then
    self.screen:line("pass", ("Platform: %s v%s"):format(plan.platform.name, plan.platform.version))
  end
end

-- The environment of dbt: what it does belongs to this run.
function Run:variables()
  local out <const> = traces.environment(self.trace, { namespace = self.plan.product.namespace })
  return parents.variables(system.env, parents.run(system.env, self.plan.product, self.id), out)
end

function Run:execute(lock)
  local request <const> = plans.request(self.plan, self:variables())
  request.lock = lock
  local heard <const>, wrong <const> = dbt.hear(request, {
    progress = self.screen.watched and function(text)
      self.screen:progress(text)
    end or nil,
    event = function(name, data)
      return self:event(name, data)
    end,
  })
  if heard then
    self:close_nodes()
  end
  return heard, wrong
end

-- ---- how it went --------------------------------------------------------------------------------------------

-- dbt's log, as it is found from the product's folder.
local function log_of(plan)
  local set <const> = system.env("DBT_LOG_PATH")
  local folder <const> = set and set ~= "" and set
    or require("phase.project").setting(plan.project, "log-path") or "logs"
  return files.normalize(files.join(plan.project, folder, "dbt.log"))
end

local KINDS <const> = { model = "Transform", seed = "Seed", snapshot = "Snapshot", test = "Test",
  unit_test = "Unit test", operation = "Operation" }

local NEXT <const> = "Repair it, then `floe run --retry-failed` runs what is left"

function Run:failures()
  for _, node in ipairs(self.failed) do
    local file <const> = node.file and self.plan.root and files.normalize(files.join(self.plan.project, node.file))
    self.screen:fail {
      message = ("%s %s failed%s"):format(KINDS[node.kind] or node.kind, node.name,
        node.message and "\n" .. node.message or ""),
      file = file and files.is_file(file) and file or nil,
      hint = ("[View logs] %s\nTrace: %s"):format(log_of(self.plan), self.trace.trace_id),
    }
  end
end

local function nothing_selected(self)
  local named <const> = #self.unmatched > 0 and (": '%s'"):format(table.concat(self.unmatched, "', '")) or ""
  return problem.with(nil, "nothing was selected" .. named, "`dbt ls --select …` shows what a selection names")
end

-- What dbt's end comes to: a status, an exit code, and what is to be said.
function Run:outcome(heard)
  if heard.interrupted then
    return "aborted", 128 + system.interrupted(), nil
  elseif #self.failed > 0 then
    return "failed", EXIT_FAILED, nil
  elseif heard.code ~= 0 then
    local first <const> = heard.problems[1]
    local outside <const> = first.outside or first.kind_of_error == "outside"
    return "failed", outside and EXIT_OUTSIDE or EXIT_FAILED, heard.problems
  elseif self.ended == 0 then
    return "failed", EXIT_INPUT, { nothing_selected(self) }
  end
  return "complete", 0, nil
end

function Run:finish(status, exit, problems)
  self:end_step(status == "complete" and "ok" or status == "aborted" and "aborted" or "failed")
  self:failures()
  for _, wrong in ipairs(problems or {}) do
    self.screen:fail(wrong)
  end
  local first <const> = problems and problems[1] or self.failed[1]
  local result <const> = {
    at = now(), seconds = system.monotonic() - self.begin, status = status, exit = exit, counts = self.counts,
    message = first and first.message or nil,
    error_type = first and (first.kind and "dbt." .. first.kind or "dbt") or nil,
  }
  self:tell("command_ended", result)
  self.screen:command_ended(result)
  if status == "failed" and self.ended > 0 then
    self.screen:advise(NEXT)
  end
  return exit
end

-- ---- the run ------------------------------------------------------------------------------------------------

local function conflict(err, path)
  local holder <const> = require("host.document").parse(err.message, "the lock", { format = "json" })
  local known <const> = require("host.document").kind(holder) == "object" and holder or {}
  local owner <const> = owners.noted(known.process)
  local who <const> = not owner and "another run"
    or owners.is_alive(owner) and ("run %s (process %d)"):format(known.run, owner.pid)
    or ("dbt of the run %s, which was cut off,"):format(known.run)
  return problem.with(path, ("%s works on this product since %s"):format(who, known.since or "a while"),
    "wait for it: `floe run --wait`")
end

-- Takes the lock of the product's runs: nil and why another has it.
local function take_lock(plan, id)
  local path <const> = files.normalize(files.join(plan.root, M.lock_path))
  local note <const> = json.encode(json.object {
    { "run", id }, { "process", owners.note(owners.mine()) }, { "since", system.timestamp() },
  })
  local lock <const>, err <const> = files.lock(path, note, plan.asked.wait)
  if not lock then
    return nil, err.code == "conflict" and conflict(err, path) or problem.from(err)
  end
  return lock
end

local function open_observers(self)
  local plan <const> = self.plan
  local own <const>, unopened <const> = recorder.open(plan.root)
  local all <const> = observers.open {
    root = plan.root, settings = require("host.document").plain(plan.artifact.observability),
    connection = require("check.connection").of_artifact(plan.root, plan.artifact),
    catalog = plan.artifact.plugins and plan.artifact.plugins.catalog or nil,
    project = function()
      return self.facts and self.facts.project
    end,
    observers = own and { { name = "ledger", observer = own } } or {},
  }
  if unopened then
    all.problems[#all.problems + 1] = "ledger: " .. unopened.message
  end
  return all
end

local function describe(self)
  local plan <const> = self.plan
  return {
    id = self.id, command = "run", arguments = arguments.shown(), at = now(), product = plan.product,
    platform = plan.platform, environment = plan.asked.environment, trace = self.trace,
    floe = system.versions().floe, artifact = plan.digest, compiled_at = plan.artifact.metadata.compiled_at,
    selection = plans.selection(plan.asked), attempt = self.attempt,
  }
end

local function run_locked(self, lock)
  self:tell("command_started", describe(self))
  self:start()
  local heard <const>, unstarted <const> = self:execute(lock)
  if not heard then
    return self:finish("failed", EXIT_OUTSIDE, { unstarted })
  end
  local status <const>, exit <const>, problems <const> = self:outcome(heard)
  if status == "aborted" or problems then
    return self:finish(status, exit, problems)
  end
  self:begin_step(QUALITY)
  self.screen:tests(self.tests)
  if status ~= "complete" then
    return self:finish(status, exit)
  end
  self:begin_step(CONTRACTS)
  self.screen:contracts(self.plan.artifact.data_contracts)
  return self:finish(status, exit)
end

--- Runs a product.
---@param asked floe.run.request
---@param screen floe.run.screen
---@return integer exit
function M.run(asked, screen)
  local begin <const> = system.monotonic()
  local plan <const>, refusal <const> = plans.of(asked)
  if not plan then
    screen:fail(refusal.problem)
    return refusal.exit
  end
  local id <const> = system.uuid()
  local lock <close>, held <const> = take_lock(plan, id)
  if not lock then
    screen:fail(held)
    return EXIT_OUTSIDE
  end
  local self <const> = setmetatable({
    plan = plan, screen = screen, id = id, begin = begin, attempt = 1, started = {},
    unexplained = {}, failed = {}, tests = {}, counts = {}, ended = 0, unmatched = {}, trace = traces.begin(),
  }, Run)
  self.observers = open_observers(self)
  local exit <const> = run_locked(self, lock)
  screen:evidence(self.observers:close())
  return exit
end

return M
