-- What dbt tells of its nodes while it builds: each that starts, ends or is left out, in one form whatever event
-- of its log says so (dbt 1.8 to 2.x, log version 3), and what its run_results.json adds at the end.

local document <const> = require "host.document"
local files <const> = require "host.files"

local M = {}

---@class floe.run.node
---@field id string unique_id
---@field kind string "model", "test", "seed", "snapshot", "unit_test", …
---@field name string
---@field status "success"|"error"|"skipped"|"fail"|"warn"|"no-op"
---@field seconds number
---@field rows integer? as far as the adapter tells
---@field failures integer? rows that a test found
---@field message string?
---@field file string? as dbt names it
---@field relation string?
---@field materialized string?
---@field attached string? the node that a test is of
---@field index integer?
---@field total integer?

-- Events that tell that a node ended.
local ENDS <const> = {
  LogModelResult = true, LogTestResult = true, LogSeedResult = true, LogSnapshotResult = true, LogNodeResult = true,
  LogNodeNoOpResult = true, LogFunctionResult = true, LogUnitTestResult = true, SkippingDetails = true,
}

-- dbt's words for how a node ended, those of tests and those of old included.
local STATUSES <const> = {
  success = "success", pass = "success", ok = "success", error = "error", ["runtime error"] = "error",
  ["partial success"] = "error", fail = "fail", skipped = "skipped", skip = "skipped", warn = "warn",
  ["no-op"] = "no-op", reused = "success",
}

local function text(value)
  return type(value) == "string" and value ~= "" and value or nil
end

local function object(value)
  return document.kind(value) == "object" and value or {}
end

--- The status in one word, whatever dbt calls it; nil for a word that it has not used yet.
---@param word any
---@return string?
function M.status(word)
  return STATUSES[tostring(word):lower()]
end

local function rows_of(response)
  local rows <const> = math.tointeger(object(response).rows_affected)
  return rows and rows >= 0 and rows or nil
end

--- The node that an event tells of.
---@param name string of the event
---@param data any its data: a view
---@return floe.run.node? node that ended
---@return string? started the name of a node that starts
function M.of(name, data)
  data = object(data)
  local node <const> = object(data.node_info)
  local id <const> = text(node.unique_id)
  if not id then
    return nil
  elseif name == "LogStartLine" then
    return nil, text(node.node_name)
  elseif not ENDS[name] then
    return nil
  end
  local status <const> = name == "SkippingDetails" and "skipped" or M.status(node.node_status) or M.status(data.status)
  return {
    id = id, kind = text(node.resource_type) or id:match("^[^.]+"), name = text(node.node_name) or id,
    status = status or "error", seconds = tonumber(data.execution_time) or 0,
    failures = math.tointeger(data.num_failures), file = text(node.node_path),
    relation = text(object(node.node_relation).relation_name), materialized = text(node.materialized),
    attached = text(data.attached_node), index = math.tointeger(data.index), total = math.tointeger(data.total),
  }
end

--- What dbt wrote of a whole build at its end: by unique_id, status, seconds, rows, failures and message. Nothing where
--- it wrote nothing, or what another invocation wrote.
---@param path string of run_results.json
---@param invocation string? the id that dbt's log told
---@return table<string, table> results
---@return table<string, string> versions of what ran: dbt
function M.results(path, invocation)
  local view <const> = files.is_file(path) and document.read(path, { format = "json" }) or nil
  local metadata <const> = object(object(view).metadata)
  if not view or invocation and metadata.invocation_id ~= invocation then
    return {}, {}
  end
  local out <const> = {}
  for _, result in ipairs(document.kind(view.results) == "array" and view.results or {}) do
    local id <const> = text(object(result).unique_id)
    if id then
      out[id] = {
        status = M.status(result.status), seconds = tonumber(result.execution_time), message = text(result.message),
        rows = rows_of(result.adapter_response), failures = math.tointeger(result.failures),
      }
    end
  end
  return out, { dbt = text(metadata.dbt_version) }
end

--- Adds to a node what dbt wrote of it.
---@param node floe.run.node
---@param result table?
---@return floe.run.node
function M.complete(node, result)
  for key, value in pairs(result or {}) do
    node[key] = value
  end
  return node
end

--- Whether a node has to run again: it failed, or was not reached.
---@param node { status: string }
---@return boolean
function M.is_undone(node)
  return node.status == "error" or node.status == "fail" or node.status == "skipped"
end

return M
