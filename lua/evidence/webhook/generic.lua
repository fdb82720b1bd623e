-- Alerts for whoever reads JSON: one document with all of them.

local json <const> = require "host.json"
local moment <const> = require "evidence.moment"

local M = {}

M.batch = { lines = 50, bytes = 256 << 10 }

local function or_null(value)
  return value == nil and json.null or value
end

local function object(alert)
  return json.object {
    { "key", alert.key }, { "kind", alert.kind }, { "status", alert.status }, { "severity", alert.severity },
    { "title", alert.title }, { "message", or_null(alert.message) }, { "at", moment.text(alert.at) },
    { "ended_at", alert.ended_at and moment.text(alert.ended_at) or json.null },
    { "product", or_null(alert.product) }, { "environment", or_null(alert.environment) },
    { "contract", or_null(alert.contract) }, { "version", or_null(alert.version) },
    { "type", or_null(alert.type) }, { "element", or_null(alert.element) },
    { "expected", or_null(alert.expected) }, { "actual", or_null(alert.actual) },
    { "consumers", json.array(alert.consumers or {}) }, { "run", or_null(alert.run) },
    { "trace_id", or_null(alert.trace_id) },
  }
end

--- The address that is asked.
function M.address(url)
  return url
end

--- The body of a request.
---@param list floe.alert[]
---@return string
function M.body(list)
  local out <const> = {}
  for index, alert in ipairs(list) do
    out[index] = object(alert)
  end
  return json.encode(json.object { { "schema", "floe.dev/alerts/v1" }, { "alerts", json.array(out) } })
end

return M
