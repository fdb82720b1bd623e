-- How grave a result is: how much of a service level is used up, and how often it was broken of late.

local M = {}

M.ORDER = { info = 1, warning = 2, error = 3, critical = 4 }

local INFO <const>, WARNING <const> = 0.8, 0.9 -- of what is allowed
local OFTEN <const> = 3 -- breaches in 24 hours; one more is critical

--- Of a service level that holds: nil while there is room.
---@param used number
---@param allowed number
---@return "info"|"warning"|nil
function M.of_use(used, allowed)
  local share <const> = allowed > 0 and used / allowed or 0
  return share >= WARNING and "warning" or share >= INFO and "info" or nil
end

--- Of one that is broken now.
---@param subject floe.check.subject
---@param kind string
---@param element string?
---@return "error"|"critical"
function M.of_breach(subject, kind, element)
  return subject.violations(kind, element) >= OFTEN and "critical" or "error"
end

return M
