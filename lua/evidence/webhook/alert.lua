-- An alert: something that people are to look at, before any channel words it.

local M = {}

---@class floe.alert
---@field key string the same for all alerts about one matter, so that a receiver can group and resolve them
---@field kind "contract_violation"|"run_failed"|"policy_violation" what happened
---@field status "firing"|"resolved"
---@field severity "info"|"warning"|"error"|"critical"
---@field title string one line
---@field message string? more of it
---@field at integer when it began, in milliseconds
---@field ended_at integer? when it was over, or will be taken as over, in milliseconds
---@field product string? its id
---@field environment string?
---@field contract string?
---@field version string? the contract's
---@field type string? of a contract's violation: "freshness", "schema_drift", "quality", "availability"
---@field element string? the column
---@field expected string?
---@field actual string?
---@field consumers string[]?
---@field run string? the id of the run
---@field trace_id string?
---@field channels string[]? the only destinations that hear it; nil: those that want to

--- Kinds and severities, from the mildest on.
M.kinds = { "contract_violation", "run_failed", "policy_violation" }
M.severities = { "info", "warning", "error", "critical" }

local RANKS <const> = {}
for rank, severity in ipairs(M.severities) do
  RANKS[severity] = rank
end

--- Whether one severity is at least another.
---@param severity string
---@param least string
---@return boolean
function M.reaches(severity, least)
  return (RANKS[severity] or 1) >= (RANKS[least] or 1)
end

--- What an alert tells besides its title and message, as pairs of a name for people and a value, in their order.
---@param alert floe.alert
---@return { [1]: string, [2]: string }[]
function M.facts(alert)
  local out <const> = {}
  for _, pair in ipairs { { "Product", alert.product }, { "Environment", alert.environment },
    { "Contract", alert.contract and alert.contract .. (alert.version and " " .. alert.version or "") },
    { "Check", alert.type }, { "Element", alert.element }, { "Expected", alert.expected }, { "Actual", alert.actual },
    { "Consumers", alert.consumers and #alert.consumers > 0 and table.concat(alert.consumers, ", ") or nil },
    { "Run", alert.run }, { "Trace", alert.trace_id } } do
    if pair[2] ~= nil and pair[2] ~= "" then
      out[#out + 1] = { pair[1], tostring(pair[2]) }
    end
  end
  return out
end

return M
