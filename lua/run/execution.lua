-- The one dbt process of a run: what it is asked for and given, and what it says of itself. What it says of its nodes
-- is for `run.work`.

local companions <const> = require "run.companion"
local dbt <const> = require "compile.dbt"
local files <const> = require "host.files"
local nodes <const> = require "run.nodes"
local parents <const> = require "evidence.openlineage.parents"
local plans <const> = require "run.plan"
local projects <const> = require "phase.project"
local redact <const> = require "evidence.redact"
local steps <const> = require "run.steps"
local system <const> = require "host.system"
local traces <const> = require "evidence.trace"
local words <const> = require "floe.text"

local M = {}

---@class floe.run.heard how dbt ended
---@field code integer
---@field interrupted boolean
---@field problems floe.problem[]
---@field skipped integer nodes that dbt did not run, by its own count
---@field unmatched string[] parts of the selection that name nothing

---@class floe.run.execution
---@field run floe.run.running
---@field skipped integer
---@field unmatched string[]
local Execution <const> = {}
Execution.__index = Execution

--- dbt's log, as it is found from the product's folder.
---@param plan floe.run.plan
---@return string path
function M.log_of(plan)
  local set <const> = system.env("DBT_LOG_PATH")
  local folder <const> = set and set ~= "" and set or projects.setting(plan.project, "log-path") or "logs"
  return files.normalize(files.join(plan.project, folder, "dbt.log"))
end

-- The step in which dbt works; what stands of earlier attempts is a part of it.
local function begin_transforms(run, count)
  run.steps:begin(steps.TRANSFORMS, { nodes = count })
  if run.retry then
    run.work:reuse(run.retry.reused)
  end
end

-- ---- what dbt says ------------------------------------------------------------------------------------------

local EVENTS <const> = {}

-- What is known of the dbt that runs, now that it has said something of itself.
local function engine_of(run)
  run.engine = run.engine or {}
  return run.engine
end

function EVENTS.MainReportVersion(self, data)
  local version <const> = tostring(data.version):match("[%d.]+%w*")
  engine_of(self.run).version = version
  self.run:tell("engine_started", { name = "dbt", version = version })
  self.run:facts() -- read while dbt reads the project itself
end

function EVENTS.AdapterRegistered(self, data)
  local name <const>, version <const> = data.adapter_name, tostring(data.adapter_version):match("[%d.]+%w*")
  engine_of(self.run).adapter = name and ("%s %s"):format(name, version or "of an unknown version") or nil
end

function EVENTS.ConcurrencyLine(self, data)
  local engine <const> = engine_of(self.run)
  engine.target = tostring(data.target_name or "unknown")
  self.run.screen:line("pass", ("dbt %s: %s, target %s, %s"):format(engine.version or "of an unknown version",
    engine.adapter or "no adapter", engine.target, words.count(math.tointeger(data.num_threads) or 1, "thread")))
  begin_transforms(self.run, math.tointeger(data.node_count))
end

-- Where dbt stopped at the first failure, it skipped more than it told of.
function EVENTS.StatsLine(self, data)
  local stats <const> = data.stats
  self.skipped = type(stats) == "table" and math.tointeger(tonumber(stats.skip)) or 0
end

-- A selection that names nothing is a warning of dbt's, and then there is nothing to do.
function EVENTS.NoNodesForSelectionCriteria(self, data)
  self.unmatched[#self.unmatched + 1] = tostring(data.spec_raw)
end

-- Whether an event tells of a node, which is no progress to show.
function Execution:event(name, data)
  if self.run.work:event(name, data) then
    return true
  end
  local handler <const> = EVENTS[name]
  if handler then
    handler(self, type(data) == "table" and data or {})
  end
  return nodes.is_about_node(data)
end

-- ---- its process --------------------------------------------------------------------------------------------

-- What dbt does belongs to this run.
local function variables_of(run)
  local product <const> = run.plan.product
  local out <const> = traces.environment(run.trace, { namespace = product.namespace })
  return parents.variables(system.env, parents.run(system.env, product, run.id), out)
end

local function hear(self, lock)
  local run <const> = self.run
  local variables <const> = variables_of(run)
  local companion <const> = companions.place(run.plan.root, run.plan.artifact.dbt.adapter)
  if companion then
    companion:add_to(variables)
  end
  local request <const> = plans.request(run.plan, variables, run.retry)
  request.lock = lock
  local heard <const>, wrong <const> = dbt.hear(request, {
    progress = run.screen.watched and function(text)
      run.screen:progress(text)
    end or nil,
    event = function(name, data)
      return self:event(name, data)
    end,
    due = function()
      return run.work:look()
    end,
  })
  if companion then
    companion:remove()
  end
  return heard, wrong
end

--- Lets dbt work; where an earlier attempt left it nothing to do, it has none.
---@param run floe.run.running
---@param lock any which dbt holds as long as it lives
---@return floe.run.heard?
---@return floe.problem? why it cannot be run
function M.execute(run, lock)
  if run.retry and run.retry.left == 0 then
    begin_transforms(run, 0)
    return { code = 0, interrupted = false, problems = {}, skipped = 0, unmatched = {} }
  end
  local self <const> = setmetatable({ run = run, skipped = 0, unmatched = {} }, Execution)
  local heard <const>, wrong <const> = hear(self, lock)
  if not heard then
    return nil, wrong
  end
  redact.file(M.log_of(run.plan))
  run.work:close()
  if run.retry and heard.code == 0 and run.steps:is_at(steps.RUNTIME) then -- nothing was left
    begin_transforms(run, 0)
  end
  heard.skipped, heard.unmatched = self.skipped, self.unmatched
  return heard
end

return M
