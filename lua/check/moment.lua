-- Times as engines print them: `2026-11-22 08:15:00.25`, `2026-11-22T08:15:00+01:00`, `2026-11-22`.

local calendar <const> = require "calendar"
local contracts <const> = require "floe.contract"

local M = {}

local DAY <const> = 24 * 3600 * 1000

---@class floe.check.moment
---@field at integer milliseconds since 1970, UTC
---@field zoned boolean the text says its offset from UTC; without one it is read as UTC
---@field is_day boolean it is a whole day: `at` is its end

-- Seconds east of UTC of what follows a time; nil for what is no offset.
local function offset_of(rest)
  if rest:find("^%s*[Zz]$") or rest:find("^%s*UTC$") then
    return 0
  end
  local sign <const>, hours <const>, minutes <const>, seconds <const> = rest:match(
    "^%s*([+-])(%d%d):?(%d?%d?):?(%d?%d?)$")
  if not sign then
    return nil
  end
  local total <const> = tonumber(hours) * 3600 + (tonumber(minutes) or 0) * 60 + (tonumber(seconds) or 0)
  return sign == "-" and -total or total
end

local function milliseconds(fraction)
  return fraction == "" and 0 or tonumber((fraction .. "000"):sub(1, 3))
end

--- Reads a time.
---@param written string
---@return floe.check.moment? moment nil for what is none
function M.read(written)
  local date <const>, rest <const> = written:match("^%s*(%d%d%d%d%-%d%d%-%d%d)(.-)%s*$")
  if not date or contracts.date(contracts.day(date)) ~= date then
    return nil
  end
  local day <const> = calendar.seconds(date) * 1000
  if rest == "" then
    return { at = day + DAY, zoned = false, is_day = true }
  end
  local hour <const>, minute <const>, second <const>, fraction <const>, zone <const> = rest:match(
    "^[Tt ]%s*(%d%d):(%d%d):?(%d?%d?)%.?(%d*)(.*)$")
  local offset <const> = zone and zone ~= "" and offset_of(zone)
  if not hour or offset == nil or tonumber(hour) > 24 or tonumber(minute) > 59 then
    return nil
  end
  local seconds <const> = tonumber(hour) * 3600 + tonumber(minute) * 60 + (tonumber(second) or 0) - (offset or 0)
  return { at = day + seconds * 1000 + milliseconds(fraction), zoned = zone ~= "", is_day = false }
end

--- An age as people read it: "0.1h", "3.5d" from a week on.
---@param hours number
---@return string
function M.hours(hours)
  if hours >= 24 * 7 then
    return ("%.1fd"):format(hours / 24)
  end
  return ("%.1fh"):format(hours)
end

return M
