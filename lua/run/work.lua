-- The nodes of a run: those that dbt is at, those that ended, and those that failed and of which dbt says the reason
-- later, at its end. The screen and those who keep evidence are told of each.

local lineage <const> = require "evidence.openlineage.observer"
local longs <const> = require "run.long"
local nodes <const> = require "run.nodes"
local system <const> = require "host.system"

local M = {}

---@class floe.run.work
---@field run floe.run.running
---@field started table<string, floe.run.node> nodes that run, by unique_id
---@field long floe.run.long of those, the models, seeds and snapshots
---@field unexplained table<string, floe.run.node> nodes that failed, and dbt has not said why yet
---@field nodes floe.run.node[] that ended, and what stands of earlier attempts
---@field failed floe.run.node[] those that failed
---@field tests floe.run.node[]
---@field counts table<string, integer> nodes of this attempt by their status
local Work <const> = {}
Work.__index = Work

local function now()
  return system.nanoseconds() // 1000000
end

--- The nodes of a run, none of which has begun.
---@param run floe.run.running
---@return floe.run.work
function M.of(run)
  return setmetatable({
    run = run, started = {}, unexplained = {}, nodes = {}, failed = {}, tests = {}, counts = {},
    long = longs.new(function(node)
      run:tell("node_running", setmetatable({ at = now() }, { __index = node }))
    end),
  }, Work)
end

--- Takes what stands of earlier attempts.
---@param reused floe.run.node[]
function Work:reuse(reused)
  table.move(reused, 1, #reused, #self.nodes + 1, self.nodes)
  self.run.screen:reused(reused)
end

-- ---- what dbt tells of nodes --------------------------------------------------------------------------------

local TELLS <const> = {}

function TELLS.started(self, node)
  local run <const> = self.run
  node.id, node.attempt = system.uuid(), run.attempt
  if self.started[node.unique_id] then -- told twice
    return
  end
  self.started[node.unique_id] = node
  if not nodes.is_check(node) then
    self.long:started(node)
  end
  run.screen:node_started(node)
  run:tell("node_started", run:facts():complete(node))
end

-- Those who keep evidence are told of a node that failed once dbt has said why, and of all others before they are
-- shown: what people saw is in the ledger.
function TELLS.ended(self, node)
  local run <const>, begun <const> = self.run, self.started[node.unique_id]
  self.started[node.unique_id] = nil
  if begun then
    self.long:ended(begun)
  end
  node.id, node.attempt = begun and begun.id or system.uuid(), run.attempt
  node.started_at = begun and begun.started_at or node.started_at
  run:facts():complete(node)
  if node.status == "error" and system.interrupted() then -- its statement was ended with dbt
    node.status = "aborted"
  end
  self.nodes[#self.nodes + 1] = node
  self.counts[node.status] = (self.counts[node.status] or 0) + 1
  if nodes.is_check(node) then
    self.tests[#self.tests + 1] = node
  end
  if nodes.has_failed(node) then
    self.failed[#self.failed + 1] = node
    self.unexplained[node.unique_id] = node
  else
    run:tell("node_ended", node)
    node.compiled_sql, node.columns = nil, nil -- they are the largest part of it, and nobody asks for them again
  end
  run.screen:node_ended(node, run.observers:hears "openlineage" and lineage.state(node) or nil)
end

function TELLS.place(self, told)
  local node <const> = self.unexplained[told.unique_id]
  if node then
    node.file = told.file or node.file
  end
end

function TELLS.reason(self, told)
  local node <const> = self.unexplained[told.unique_id]
  if node then
    node.message = told.message
    self.unexplained[told.unique_id] = nil
    self.run:tell("node_ended", node)
  end
end

--- Takes an event of dbt's log.
---@param name string
---@param data any a view
---@return boolean whether it tells of a node that is run
function Work:event(name, data)
  local what <const>, node <const> = nodes.of(name, data)
  if what then
    TELLS[what](self, node)
  end
  return what ~= nil
end

--- Tells of the nodes whose time it is to tell of again.
---@return number? seconds until the next one's comes
function Work:look()
  return self.long:look()
end

-- ---- when dbt has ended -------------------------------------------------------------------------------------

--- Ends what has not ended when dbt has.
function Work:close()
  for _, node in ipairs(self.failed) do
    TELLS.reason(self, { unique_id = node.unique_id })
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
    TELLS.ended(self, node)
    TELLS.reason(self, { unique_id = node.unique_id })
  end
end

return M
