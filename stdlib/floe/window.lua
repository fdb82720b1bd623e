-- Windows of time as people write them, and whether a clock is in one: days and moments of the calendar
-- (`2026-12-20/2027-01-06`, `2026-12-24T16:00/2026-12-27T06:00`) and those of every week (`fri 16:00/mon 06:00`,
-- `sat/sun`). Days belong to a window from beginning to end; what ends at a time ends with the minute before.

local M = {}

local WEEKDAYS <const> = { mon = 0, tue = 1, wed = 2, thu = 3, fri = 4, sat = 5, sun = 6 }
local DAY <const> = 1440 -- minutes

local function minutes_of(clock)
  local hours <const>, rest <const> = clock:match("^(%d%d):(%d%d)$")
  local hour <const>, minute <const> = math.tointeger(tonumber(hours)), math.tointeger(tonumber(rest))
  local minutes <const> = hour and minute < 60 and hour * 60 + minute
  return minutes and minutes <= DAY and minutes or nil
end

local LENGTHS <const> = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

local function is_day(year, month, day)
  local is_leap <const> = year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
  local length <const> = month == 2 and is_leap and 29 or LENGTHS[month]
  return length ~= nil and day >= 1 and day <= length
end

-- A border of the calendar as a text that sorts: "2026-12-20T16:00".
local function read_moment(text, is_end)
  local day <const>, clock <const> = text:match("^(%d%d%d%d%-%d%d%-%d%d)T?(.*)$")
  local year <const>, month <const>, number <const> = text:match("^(%d+)%-(%d+)%-(%d+)")
  if not day or not is_day(tonumber(year), math.tointeger(tonumber(month)), tonumber(number)) then
    return nil
  elseif clock == "" then
    return day .. (is_end and "T24:00" or "T00:00")
  end
  return minutes_of(clock) and day .. "T" .. clock or nil
end

-- A border of the week as minutes since Monday begins.
local function read_weekday(text, is_end)
  local name <const>, clock <const> = text:lower():match("^(%a%a%a)%a* ?(.*)$")
  local day <const> = WEEKDAYS[name]
  if not day then
    return nil
  elseif clock == "" then
    return (day + (is_end and 1 or 0)) * DAY
  end
  local minutes <const> = minutes_of(clock)
  return minutes and day * DAY + minutes or nil
end

local READERS <const> = { dates = read_moment, week = read_weekday }

-- The kind and the borders of a window; nil and what is wrong with it.
local function read(window)
  local first <const>, last <const> = window:match("^%s*(.-)%s*/%s*(.-)%s*$")
  local from_text <const>, to_text <const> = first or window, last or window
  for kind, reader in pairs(READERS) do
    local from <const>, to <const> = reader(from_text, false), reader(to_text, true)
    if from and to and kind == "dates" and from >= to then
      return nil, ("the window '%s' ends before it begins"):format(window)
    elseif from and to then
      return kind, from, to
    end
  end
  return nil, ("'%s' is no window of time; write it like '2026-12-20/2027-01-06' or 'fri 16:00/mon 06:00'")
    :format(window)
end

--- What is wrong with a text as a window of time; nil where it is one.
---
--- > window.mistake("sat/sun")  --> nil
--- > window.mistake("2027-01-06/2026-12-20")  --> "the window '2027-01-06/2026-12-20' ends before it begins"
---@param text string
---@return string?
function M.mistake(text)
  local kind <const>, wrong <const> = read(text)
  return not kind and wrong or nil
end

--- Whether a clock is in a window. Raises, with what to write instead, for a text that is no window.
---
--- > window.holds("2026-12-20/2027-01-06", { day = "2027-01-06", time = "23:59", weekday = "wed" })  --> true
--- > window.holds("2026-12-24T16:00/2026-12-27T06:00", { day = "2026-12-27", time = "06:00", weekday = "sun" })
---   --> false
--- > window.holds("fri 16:00/mon 06:00", { day = "2026-11-22", time = "09:00", weekday = "sun" })  --> true
--- > window.holds("fri 16:00/mon 06:00", { day = "2026-11-23", time = "06:00", weekday = "mon" })  --> false
--- > window.holds("sat/sun", { day = "2026-11-22", time = "23:59", weekday = "sun" })  --> true
---@param text string
---@param clock { day: string, time: string, weekday: string } as in `clocks` of a run
---@return boolean
function M.holds(text, clock)
  local kind <const>, from <const>, to <const> = read(text)
  if not kind then
    error(from, 0)
  elseif kind == "dates" then
    local now <const> = clock.day .. "T" .. clock.time
    return from <= now and now < to
  end
  local now <const> = WEEKDAYS[clock.weekday] * DAY + minutes_of(clock.time)
  if from < to then
    return from <= now and now < to
  end
  return now >= from or now < to
end

--- The first of several windows that a clock is in.
---
--- > window.first({ "sat", "sun" }, { day = "2026-11-22", time = "09:00", weekday = "sun" })  --> "sun"
--- > window.first({ "sat" }, { day = "2026-11-22", time = "09:00", weekday = "sun" })  --> nil
---@param windows any a list of texts
---@param clock { day: string, time: string, weekday: string }
---@return string?
function M.first(windows, clock)
  local found
  for _, text in ipairs(windows) do
    if M.holds(text, clock) and not found then -- a text that is no window is told wherever it stands
      found = text
    end
  end
  return found
end

return M
