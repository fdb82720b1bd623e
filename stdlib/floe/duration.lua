-- Durations as people write them in SLAs and schedules, in seconds: ISO 8601 (`PT6H`, `P1DT12H`) and the
-- short form (`6h`, `1h30m`). Months and years are refused, for they have no fixed length.

local M = {}

local SECONDS <const> = { w = 604800, d = 86400, h = 3600, m = 60, s = 1 }

local function refuse(value, why)
  return nil, ("'%s' is no duration (%s); write it like 'PT6H', 'P1D', '6h' or '15m'"):format(value, why)
end

-- Adds up `<number><unit>` pairs. Units must get smaller and each may stand once.
local function add_up(value, pairs_text, units)
  local total, last, at = 0, 0, 1
  while at <= #pairs_text do
    local from <const>, to <const>, number <const>, unit <const> = pairs_text:find("^%s*(%d+%.?%d*)%s*(%a)", at)
    if not from then
      return refuse(value, "a number and its unit were expected")
    end
    local rank <const> = units:find(unit, 1, true)
    if not rank then
      return refuse(value, ("'%s' is no unit here"):format(unit))
    elseif rank <= last then
      return refuse(value, "units must get smaller")
    end
    total = total + tonumber(number) * SECONDS[unit]
    last, at = rank, to + 1
  end
  if last == 0 then
    return refuse(value, "it is empty")
  end
  return math.tointeger(total) or total
end

--- The seconds of a duration.
---
--- > duration.seconds("PT6H")  --> 21600
--- > duration.seconds("P1DT12H")  --> 129600
--- > duration.seconds("1h30m")  --> 5400
--- > duration.seconds("15m")  --> 900
--- > duration.seconds("PT0.5S")  --> 0.5
--- > duration.seconds("6 hours")  --> nil
---@param value string
---@return number? seconds nil where the text is no duration
---@return string? message what is wrong with it
function M.seconds(value)
  if type(value) ~= "string" then
    return refuse(tostring(value), "a text was expected")
  elseif #value > 64 then
    return refuse(value:sub(1, 16) .. "…", "it is too long")
  end
  local date <const>, clock <const> = value:match("^P([^T]*)T?(.*)$")
  if not date then
    return add_up(value, value:lower(), "wdhms")
  elseif value:find("T", 1, true) and clock == "" then
    return refuse(value, "nothing follows its 'T'")
  end
  local days, hours, message = 0, 0, nil
  if date ~= "" then
    days, message = add_up(value, date:lower(), "wd")
  end
  if days and clock ~= "" then
    hours, message = add_up(value, clock:lower(), "hms")
  end
  if not days or not hours then
    return nil, message
  elseif date == "" and clock == "" then
    return refuse(value, "it is empty")
  end
  return days + hours
end

--- A duration in its short form, at most two units.
---
--- > duration.format(21600)  --> "6h"
--- > duration.format(5400)  --> "1h30m"
--- > duration.format(129600)  --> "1d12h"
--- > duration.format(0)  --> "0s"
---@param seconds number
---@return string
function M.format(seconds)
  local rest = math.floor(math.abs(seconds) + 0.5)
  local parts <const> = {}
  for unit in ("dhms"):gmatch("%a") do
    local number <const> = rest // SECONDS[unit]
    if number > 0 and #parts < 2 then
      parts[#parts + 1] = ("%d%s"):format(number, unit)
      rest = rest % SECONDS[unit]
    elseif #parts > 0 then
      break
    end
  end
  if #parts == 0 then
    return "0s"
  end
  return (seconds < 0 and "-" or "") .. table.concat(parts)
end

--- A duration in ISO 8601.
---
--- > duration.iso(5400)  --> "PT1H30M"
--- > duration.iso(86400)  --> "P1D"
--- > duration.iso(0)  --> "PT0S"
---@param seconds number not negative
---@return string
function M.iso(seconds)
  local rest = math.floor(seconds + 0.5)
  local days <const> = rest // SECONDS.d
  rest = rest % SECONDS.d
  local clock = ""
  for unit in ("hms"):gmatch("%a") do
    local number <const> = rest // SECONDS[unit]
    if number > 0 then
      clock = ("%s%d%s"):format(clock, number, unit:upper())
      rest = rest % SECONDS[unit]
    end
  end
  if days == 0 and clock == "" then
    return "PT0S"
  end
  return "P" .. (days > 0 and ("%dD"):format(days) or "") .. (clock ~= "" and "T" .. clock or "")
end

return M
