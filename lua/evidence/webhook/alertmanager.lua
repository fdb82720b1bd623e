-- Alerts for Prometheus' Alertmanager, by version 2 of its API: it groups them, silences them and knows who is asked.

local json <const> = require "host.json"
local moment <const> = require "evidence.moment"

local M = {}

M.batch = { lines = 100, bytes = 256 << 10 }

local PATH <const> = "/api/v2/alerts"

local NAMES <const> = {
  contract_violation = "FloeContractViolation", run_failed = "FloeRunFailed", policy_violation = "FloePolicyViolation",
}

-- An object without the members that say nothing: Alertmanager has no empty labels.
local function object(pairs_of)
  local out <const> = {}
  for _, pair in ipairs(pairs_of) do
    if pair[2] ~= nil and pair[2] ~= "" then
      out[#out + 1] = { pair[1], tostring(pair[2]) }
    end
  end
  return json.object(out)
end

-- Labels say which alert it is: they are the same when it is resolved. What changes is an annotation.
local function labels(alert)
  return object {
    { "alertname", NAMES[alert.kind] or "FloeAlert" }, { "severity", alert.severity }, { "product", alert.product },
    { "environment", alert.environment }, { "contract", alert.contract }, { "check", alert.type },
    { "element", alert.element },
  }
end

local function annotations(alert)
  return object {
    { "summary", alert.title }, { "description", alert.message }, { "version", alert.version },
    { "expected", alert.expected }, { "actual", alert.actual },
    { "consumers", alert.consumers and table.concat(alert.consumers, ", ") }, { "run", alert.run },
    { "trace_id", alert.trace_id },
  }
end

--- The address of Alertmanager's API, below that of the server.
function M.address(url)
  local base <const> = url:gsub("/+$", "")
  return base:sub(-#PATH) == PATH and base or base .. PATH
end

---@param list floe.alert[]
---@return string
function M.body(list)
  local out <const> = {}
  for index, alert in ipairs(list) do
    local members <const> = {
      { "labels", labels(alert) }, { "annotations", annotations(alert) }, { "startsAt", moment.text(alert.at) },
    }
    members[4] = alert.ended_at and { "endsAt", moment.text(alert.ended_at) } or nil
    out[index] = json.object(members)
  end
  return json.encode(json.array(out))
end

return M
