-- A moment as events and logs have it.
local system <const> = require "host.system"

local M = {}

--- RFC 3339 in UTC, with milliseconds.
---@param milliseconds integer since 1970
---@return string "2026-11-21T06:00:00.250Z"
function M.text(milliseconds)
  return ("%s.%03dZ"):format(system.timestamp(milliseconds // 1000):sub(1, -2), milliseconds % 1000)
end

return M
