-- Checks of contracts on real data: which of them are findings, and what is said of them. What the policies of the
-- types of checks share.

local policy <const> = require "floe.policy"

local M = {}

--- The severities of a check, mildest first.
M.SEVERITIES = { "info", "warning", "error", "critical" }

local RANKS <const> = {}
for rank, severity in ipairs(M.SEVERITIES) do
  RANKS[severity] = rank
end

--- Whether a severity is at least as grave as another.
---
--- > check.is_grave("critical", "error")  --> true
--- > check.is_grave("info", "warning")  --> false
---@param severity string
---@param least string
---@return boolean
function M.is_grave(severity, least)
  return (RANKS[severity] or #M.SEVERITIES) >= RANKS[least]
end

--- The params of a policy that judges checks.
---
--- > check.params().severity.default  --> "warning"
---@return table<string, floe.param>
function M.params()
  return {
    severity = policy.enum({ "info", "warning", "error", "critical" }, "warning", {
      doc = "the least severity that is reported", stricter = { "critical", "error", "warning", "info" },
    }),
    unchecked = policy.boolean(true, { doc = "report what could not be checked", stricter = true }),
  }
end

--- Reports a check of the type that found a violation, or could not be done.
---@param check any the fact `contract_check`
---@param ctx table
---@param wanted { type: string, code: string?, suggest: string }
function M.judge(check, ctx, wanted)
  if check.type ~= wanted.type then
    return
  end
  local broken <const> = check.status == "violation" and M.is_grave(check.severity, ctx.params.severity)
  local undone <const> = check.status == "error" and ctx.params.unchecked
  if not broken and not undone then
    return
  end
  local subject <const> = ("contract '%s'%s"):format(check.name, check.version and " " .. check.version or "")
  ctx:report {
    code = wanted.code,
    message = undone and ("%s%s could not be checked: %s"):format(subject,
        check.rule and (": '%s'"):format(check.rule) or "", check.message)
      or ("%s: %s"):format(subject, check.message),
    expected = check.expected,
    actual = check.actual,
    suggest = undone and "correct the rule or the connection, as the message says, and run `floe contract check` again"
      or wanted.suggest,
  }
end

return M
