-- The policies that a run passes by: before it, after it, and when its contracts were checked. What blocks ends the run
-- before its next step.

local judging <const> = require "run.judging"
local system <const> = require "host.system"

local M = {}

---@class floe.run.gate
---@field judging floe.run.judging
---@field run table what the run is, in the words of run.judging
local Gate = {}
Gate.__index = Gate

local function facts_of(plan, run)
  local asked <const> = plan.asked
  return {
    id = run.id, trigger = system.env("FLOE_TRIGGER") or "manual", attempt = run.attempt, retry_of = run.retry_of,
    started_at = run.started_at, select = asked.select, exclude = asked.exclude, full_refresh = asked.full_refresh,
    threads = asked.threads, target = plan.reading.target, artifact = plan.digest,
    compiled_at = plan.artifact.metadata.compiled_at,
  }
end

--- What was asked for, as far as it changes a verdict.
---@param asked floe.run.request
---@return floe.judgement.options
function M.request(asked)
  return {
    folder = asked.folder, folders = { asked.folder }, phase = "run", as_of = asked.today,
    as_of_time = asked.now, enforce = asked.enforce, environment = asked.environment, reading = asked.reading,
  }
end

--- Opens the policies of a product's runs.
---@param plan floe.run.plan
---@param run { id: string, attempt: integer, retry_of: string?, started_at: integer }
---@return floe.run.gate?
---@return table[]? problems
function M.open(plan, run)
  local request <const> = M.request(plan.asked)
  request.reading, request.artifact = plan.reading, plan.artifact
  local opened <const>, problems <const> = judging.open(request)
  if not opened then
    return nil, problems
  end
  return setmetatable({ judging = opened, run = facts_of(plan, run) }, Gate)
end

--- The dbt project as policies were shown it, so that it is read once: nil where it was not read, or not from what dbt
--- says of it.
---@return any?
function Gate:project()
  local loaded <const> = self.judging.loading.dbt
  local project <const> = loaded and loaded.project
  return project ~= nil and project.facts_from == "manifest" and project or nil
end

--- Judges a moment of the run; nil where no policy has a say.
---@param moment "before"|"after"|"check"
---@param more { status: string?, seconds: number?, nodes: table[]?, checks: table[]? }?
---@return table? verdict
function Gate:judge(moment, more)
  if not self.judging:has_policies() then
    return nil
  end
  more = more or {}
  self.run.status, self.run.seconds = more.status, more.seconds
  self.run.ended_at = more.status and system.nanoseconds() // 1000000 or nil
  return self.judging:judge { moment = moment, run = self.run, nodes = more.nodes, checks = more.checks }
end

--- Whether a verdict ends the run: something blocks, or could not be judged.
---@param verdict table?
---@return boolean
function M.stops(verdict)
  return verdict ~= nil and verdict.exit ~= 0
end

return M
