-- What dbt tells of its nodes while it builds: each that starts and each that ends, in one form whatever event of its
-- log says so (dbt 1.8 to 1.12, log version 3).

local redact <const> = require "evidence.redact"
local set <const> = require "floe.set"
local system <const> = require "host.system"

local M = {}

---@class floe.run.node a node of dbt's graph in a run; times in milliseconds since 1970
---@field id string of this run of the node
---@field unique_id string
---@field kind "model"|"seed"|"snapshot"|"test"|"unit_test"|"operation"|string
---@field name string
---@field relation { database: string?, schema: string?, identifier: string }?
---@field materialization string?
---@field layer string?
---@field at integer when this was heard
---@field started_at integer
---@field seconds number?
---@field status "success"|"error"|"fail"|"warn"|"skipped"|"aborted"|"pass"|nil nil while it runs
---@field rows integer? as far as the adapter tells
---@field failures integer? rows that a test found
---@field message string?
---@field file string? as dbt names it
---@field attached string? unique_id of the model that a test is of
---@field column_name string? of a test
---@field test_name string? `not_null`, …
---@field attempt integer which run of it this is, counted from the run that first tried
---@field reused boolean? it was not run: an earlier attempt of the run has done it

-- Events that tell that a node ended.
local ENDS <const> = {
  LogModelResult = true, LogTestResult = true, LogSeedResult = true, LogSnapshotResult = true, LogNodeResult = true,
  LogNodeNoOpResult = true, LogFunctionResult = true, LogUnitTestResult = true, LogHookEndLine = true,
  SkippingDetails = true, LogCancelLine = true,
}

local STARTS <const> = { LogStartLine = true, LogHookStartLine = true }

-- Events that tell of one that failed where it is, and then why, after all of them ended.
local REASONS <const> = { RunResultFailure = "place", RunResultError = "reason", RunResultErrorNoMessage = "reason" }

-- dbt's words for how a node ended.
local STATUSES <const> = {
  success = "success", pass = "pass", ok = "success", error = "error", ["runtime error"] = "error",
  ["partial success"] = "error", fail = "fail", skipped = "skipped", skip = "skipped", warn = "warn",
  reused = "success",
}

-- What stands in dbt's graph and is not run.
local NOT_RUN <const> = { exposure = true, source = true, metric = true, semantic_model = true, saved_query = true }

local function text(value)
  return type(value) == "string" and value ~= "" and value or nil
end

local function object(value)
  return type(value) == "table" and value or {}
end

local function now()
  return system.nanoseconds() // 1000000
end

-- "2026-11-22T08:53:21.351984", in UTC, as milliseconds since 1970.
local function milliseconds(moment)
  local day <const>, hour <const>, minute <const>, second <const>, rest <const> =
    tostring(moment):match("^(%d+%-%d+%-%d+)T(%d+):(%d+):(%d+)%.?(%d*)")
  if not day then
    return nil
  end
  local days <const> = require("calendar").seconds(day)
  return (days + hour * 3600 + minute * 60 + second) * 1000 + tonumber((rest .. "000"):sub(1, 3))
end

-- The words of adapters' answers behind which the rows of a statement stand: "SELECT 12", "INSERT 0 12", "MERGE 6", and
-- by dbt_floe_rows "OK 12". "SUCCESS 1" is Snowflake's answer to whatever made a table, and no count of its rows.
local COUNTED <const> = set.of { "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "OK" }

local function rows_of(data)
  local answer <const> = text(data.result_message) or text(data.status) or ""
  local word <const>, count <const> = answer:match("^(%u+) [%d ]-(%d+)$")
  return COUNTED[word] and math.tointeger(tonumber(count)) or nil
end

local function relation_of(node)
  local relation <const> = object(node.node_relation)
  local identifier <const> = text(relation.relation_name) and text(relation.alias)
  return identifier and {
    database = text(relation.database), schema = text(relation.schema), identifier = identifier,
  } or nil
end

-- Models are called by their version as well, where they have versions: "orders.v2".
local function name_of(node, id, kind)
  return kind == "model" and id:match("^model%.[^.]+%.(.+)$") or text(node.node_name) or id
end

local function node_of(node, id)
  local kind <const> = text(node.resource_type) or id:match("^[^.]+")
  return {
    unique_id = id, kind = kind, name = name_of(node, id, kind), relation = relation_of(node), at = now(),
    started_at = milliseconds(node.node_started_at) or now(), materialization = text(node.materialized),
    file = text(node.node_path),
  }
end

local function status_of(name, node, data)
  if name == "SkippingDetails" then
    return "skipped"
  elseif name == "LogCancelLine" then
    return "aborted"
  end
  return STATUSES[tostring(text(node.node_status)):lower()] or STATUSES[tostring(text(data.status)):lower()] or "error"
end

--- The node that an event of dbt's log tells of.
---@param name string of the event
---@param data any
---@return "started"|"ended"|"place"|"reason"|nil what it tells; nil where it tells of no node that is run
---@return floe.run.node? node without an id; of a place and a reason its unique_id, file and message
function M.of(name, data)
  data = object(data)
  local info <const> = object(data.node_info)
  local id <const> = text(info.unique_id)
  if not id or NOT_RUN[text(info.resource_type) or ""] then
    return nil
  elseif REASONS[name] then
    local message <const> = text(data.msg)
    return REASONS[name], { unique_id = id, message = message and redact.text(message), file = text(data.path) }
  elseif STARTS[name] then
    return "started", node_of(info, id)
  elseif not ENDS[name] then
    return nil
  end
  local node <const> = node_of(info, id)
  node.status = status_of(name, info, data)
  node.seconds = node.status ~= "skipped" and tonumber(data.execution_time) or 0
  node.rows, node.failures = rows_of(data), math.tointeger(data.num_failures)
  node.attached = text(data.attached_node)
  return "ended", node
end

--- Whether an event is about a node, of whatever kind.
---@param data any
---@return boolean
function M.is_about_node(data)
  return text(object(object(data).node_info).unique_id) ~= nil
end

local FAILED <const> = { error = true, fail = true, aborted = true }

--- Whether a node failed.
---@param node { status: string }
---@return boolean
function M.has_failed(node)
  return FAILED[node.status] or false
end

--- Whether a node has to run again: it failed, or was not reached.
---@param node { status: string }
---@return boolean
function M.is_undone(node)
  return M.has_failed(node) or node.status == "skipped"
end

--- Whether a node checks data, and makes none.
---@param node { kind: string }
---@return boolean
function M.is_check(node)
  return node.kind == "test" or node.kind == "unit_test"
end

return M
