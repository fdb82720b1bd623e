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
---@param schema string the contract's table
---@param element string?
---@param rule string?
---@return "error"|"critical"
function M.of_breach(subject, kind, schema, element, rule)
  return subject.violations(kind, schema, element, rule) >= OFTEN and "critical" or "error"
end

-- The words that contracts have for it.
local WORDS <const> = {
  info = "info", low = "info", minor = "info", trivial = "info",
  warning = "warning", warn = "warning", medium = "warning", moderate = "warning",
  error = "error", high = "error", major = "error",
  critical = "critical", blocker = "critical", severe = "critical",
}

--- Of a rule that says itself how grave it is; nil where it does not.
---@param word any
---@return "info"|"warning"|"error"|"critical"|nil
function M.of_word(word)
  return type(word) == "string" and WORDS[word:lower()] or nil
end

return M
