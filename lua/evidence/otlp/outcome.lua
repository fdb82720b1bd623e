-- How a command ended, in the words of the semantic conventions.

local M = {}

-- By the exit code.
local ERRORS <const> = {
  [1] = "blocked", [2] = "invalid_input", [3] = "policy_failed", [4] = "outside_failed", [5] = "untrusted",
  [70] = "bug", [130] = "interrupted", [143] = "interrupted",
}

---@class floe.otlp.ended what `command_ended` tells
---@field exit integer
---@field status "complete"|"failed"|"aborted"
---@field error_type string?

--- `error.type`; nil where all went well.
---@param ended floe.otlp.ended
---@return string?
function M.error_type(ended)
  return ended.exit ~= 0 and (ended.error_type or ERRORS[ended.exit] or "_OTHER") or nil
end

--- `cicd.pipeline.result`.
---@param ended floe.otlp.ended
---@return "success"|"failure"|"error"|"cancellation"
function M.result(ended)
  if ended.exit == 0 then
    return "success"
  elseif ended.status == "aborted" then
    return "cancellation"
  end
  return ended.exit == 1 and "failure" or "error"
end

return M
