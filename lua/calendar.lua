-- Days of the calendar, in UTC whatever the time zone of the machine.

local M = {}

local DAY <const> = 86400

--- The second since 1970 at which a day begins.
---@param date string YYYY-MM-DD
---@return integer
function M.seconds(date)
  local year, month, day = date:match("^(%d+)-(%d+)-(%d+)$")
  year, month, day = math.tointeger(tonumber(year)), math.tointeger(tonumber(month)), math.tointeger(tonumber(day))
  -- years begin in March here, so that the day that comes every four years is the last one
  local shifted <const> = month <= 2 and year - 1 or year
  local since_march <const> = (month + 9) % 12
  local era <const> = shifted // 400
  local of_era <const> = shifted - era * 400
  local of_year <const> = (153 * since_march + 2) // 5 + day - 1
  return (era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468) * DAY
end

--- The day before.
---@param date string
---@return string
function M.before(date)
  return require("host.system").date(M.seconds(date) - DAY)
end

return M
