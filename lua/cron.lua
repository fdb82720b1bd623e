-- Cron expressions of five fields: what they mean, what is wrong with them, and when they fire next in a time zone.
-- Names of months and weekdays, ranges, steps and lists are read as Vixie's cron reads them; where both days are
-- restricted either is enough.

local text <const> = require "floe.text"
local zone <const> = require "host.zone"

local M = {}

local MONTHS <const> = { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec" }
local DAYS <const> = { "sun", "mon", "tue", "wed", "thu", "fri", "sat" }

local function numbered(names, first)
  local out <const> = {}
  for index, name in ipairs(names) do
    out[name] = index - 1 + first
  end
  return out
end

---@class floe.cron.field
---@field title string
---@field low integer
---@field high integer
---@field names table<string, integer>?

---@type floe.cron.field[]
local FIELDS <const> = {
  { title = "minute", low = 0, high = 59 },
  { title = "hour", low = 0, high = 23 },
  { title = "day of the month", low = 1, high = 31 },
  { title = "month", low = 1, high = 12, names = numbered(MONTHS, 1) },
  { title = "day of the week", low = 0, high = 7, names = numbered(DAYS, 0) },
}

--- Words that stand for a whole expression.
local ALIASES <const> = {
  ["@yearly"] = "0 0 1 1 *", ["@annually"] = "0 0 1 1 *", ["@monthly"] = "0 0 1 * *", ["@weekly"] = "0 0 * * 0",
  ["@daily"] = "0 0 * * *", ["@midnight"] = "0 0 * * *", ["@hourly"] = "0 * * * *",
}

-- ---- reading ----------------------------------------------------------------------------------------------

---@class floe.cron.mistake
---@field message string
---@field hint string?
---@field offset integer where in the expression it is, from 1

local function mistake(offset, message, hint)
  return { message = message, hint = hint, offset = offset }
end

local function range_words(field)
  local words <const> = ("%d to %d"):format(field.low, field.high)
  local names <const> = field.names and (field.high == 12 and "jan to dec" or "sun to sat")
  return names and ("%s, or %s"):format(words, names) or words
end

-- A number or a name of a field.
local function read_value(field, word, offset)
  local number = word:find("^%d+$") and #word <= 4 and math.tointeger(tonumber(word))
  number = number or field.names and field.names[word:lower()]
  if not number then
    local names <const> = {}
    for name in pairs(field.names or {}) do
      names[#names + 1] = name
    end
    local near <const> = #names > 0 and word:find("^%a+$") and text.suggest(word:lower(), names)
    return nil, mistake(offset, ("'%s' is no %s"):format(word, field.title),
      near and ("did you mean '%s'?"):format(near) or ("it goes from %s"):format(range_words(field)))
  elseif number < field.low or number > field.high then
    return nil, mistake(offset, ("%s %d does not exist"):format(field.title, number),
      ("it goes from %s"):format(range_words(field)))
  end
  return number
end

-- "*", "5", "1-5": the first and last value.
local function read_range(field, word, offset)
  if word == "*" or word == "?" and (field.high == 31 or field.high == 7) then
    return field.low, field.high == 7 and 6 or field.high
  end
  local from <const>, to <const> = word:match("^([^-]*)%-(.*)$")
  if not from then
    local value <const>, wrong <const> = read_value(field, word, offset)
    return value, value or wrong
  end
  local first <const>, wrong_first <const> = read_value(field, from, offset)
  if not first then
    return nil, wrong_first
  end
  local last <const>, wrong_last <const> = read_value(field, to, offset + #from + 1)
  if not last then
    return nil, wrong_last
  elseif last < first then
    return nil, mistake(offset, ("the range %s goes backwards"):format(word),
      ("write two ranges: %d-%d,%d-%d"):format(first, field.high == 7 and 6 or field.high, field.low, last))
  end
  return first, last
end

-- One item of a list: a range and a step.
local function read_item(field, item, offset, values)
  local range <const>, step_word <const> = item:match("^([^/]*)/(.*)$")
  local first, last = read_range(field, range or item, offset)
  if not first then
    return last
  end
  local step = 1
  if step_word then
    local at <const> = offset + #range + 1
    step = step_word:find("^%d+$") and #step_word <= 4 and math.tointeger(tonumber(step_word)) or nil
    if not step or step == 0 then
      return mistake(at, ("'%s' is no step"):format(step_word), "a step is a number from 1 on, as in */15")
    elseif step > field.high then
      return mistake(at, ("a step of %d is longer than the %s"):format(step, field.title),
        ("it goes from %s"):format(range_words(field)))
    end
    if first == last and not range:find("-", 1, true) then
      last = field.high == 7 and 6 or field.high -- "5/15": from 5 on
    end
  end
  for value = first, last, step do
    values[field.high == 7 and value % 7 or value] = true
  end
end

local function read_field(field, word, offset)
  local values <const> = {}
  local at = offset
  for _, item in ipairs(text.split(word, ",")) do
    local wrong <const> = item == "" and mistake(at, ("the %s has an empty item: '%s'"):format(field.title, word),
      "write one comma between two values") or read_item(field, item, at, values)
    if wrong then
      return nil, wrong
    end
    at = at + #item + 1
  end
  return { values = values, all = word == "*" or word == "?" }
end

-- The words of an expression and where each begins.
local function words_of(expression)
  local words <const>, offsets <const> = {}, {}
  for offset, word in expression:gmatch("()(%S+)") do
    words[#words + 1], offsets[#offsets + 1] = word, offset
  end
  return words, offsets
end

local LONGEST_MONTH <const> = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

-- Whether there is a day that fits: 31 February never comes.
local function ever_comes(cron)
  if cron.days.all or not cron.weekdays.all then
    return true
  end
  for month in pairs(cron.months.values) do
    for day in pairs(cron.days.values) do
      if day <= LONGEST_MONTH[month] then
        return true
      end
    end
  end
  return false
end

---@class floe.cron
---@field minutes table
---@field hours table
---@field days table
---@field months table
---@field weekdays table

--- Reads an expression.
---@param expression string
---@return floe.cron? cron
---@return floe.cron.mistake? mistake
function M.parse(expression)
  local alias <const> = expression:match("^%s*(@%S+)%s*$")
  if alias and not ALIASES[alias:lower()] then
    local near <const> = text.suggest(alias, { "@yearly", "@monthly", "@weekly", "@daily", "@hourly" })
    return nil, mistake(1, ("'%s' is no cron expression"):format(alias),
      near and ("did you mean '%s'?"):format(near) or "write five fields such as '0 6 * * *'")
  end
  local words <const>, offsets <const> = words_of(alias and ALIASES[alias:lower()] or expression)
  if #words ~= 5 then
    return nil, mistake(offsets[6] or 1, ("a cron expression has five fields, and this has %d"):format(#words),
      #words == 6 and "leave out the seconds: minute, hour, day of the month, month, day of the week"
        or "minute, hour, day of the month, month, day of the week, as in '0 6 * * *'")
  end
  local fields <const> = {}
  for index, field in ipairs(FIELDS) do
    local read <const>, wrong <const> = read_field(field, words[index], offsets[index])
    if not read then
      return nil, wrong
    end
    fields[index] = read
  end
  local cron <const> = {
    minutes = fields[1], hours = fields[2], days = fields[3], months = fields[4], weekdays = fields[5],
  }
  if not ever_comes(cron) then
    return nil, mistake(offsets[3], "it never comes: no such month has that day",
      "write a day that the month has")
  end
  return cron
end

-- ---- next runs --------------------------------------------------------------------------------------------

local function fits_day(cron, moment)
  if not cron.months.values[moment.month] then
    return false
  end
  local day <const> = cron.days.values[moment.day] or false
  local weekday <const> = cron.weekdays.values[moment.weekday] or false
  if cron.days.all or cron.weekdays.all then
    return day and weekday
  end
  return day or weekday
end

local DAY <const>, HOUR <const> = 86400, 3600
local LONGEST_SEARCH <const> = 30 * 366 -- days: 29 February on a given weekday comes within 28 years, 40 around 2100

-- Whether one of the minutes of a day that clocks jumped over fits.
local function fits_between(cron, from, to)
  for minute = from, to - 1 do
    if cron.hours.values[minute // 60] and cron.minutes.values[minute % 60] then
      return true
    end
  end
  return false
end

local Runs = {}
Runs.__index = Runs

-- Goes through the minutes that clocks show from a moment to the end of that hour.
function Runs:hour(second, moment)
  local cron <const>, start <const> = self.cron, moment.hour * 60 + moment.minute
  -- what clocks leave out is made up for when they go on; where every hour fits, the next one comes anyway
  if start > self.expected and not cron.hours.all and fits_between(cron, self.expected, start) then
    self.out[#self.out + 1] = second
    self.fired[start] = #self.out
  end
  for minute = moment.minute, 59 do
    local of_day <const> = moment.hour * 60 + minute
    if cron.minutes.values[minute] and cron.hours.values[moment.hour] then
      -- what clocks show twice fires once, the second time, unless every hour fits
      local place <const> = not cron.hours.all and self.fired[of_day] or #self.out + 1
      self.out[place] = second + (minute - moment.minute) * 60
      self.fired[of_day] = place
    end
  end
  self.expected = math.max(self.expected, (moment.hour + 1) * 60)
end

local MARGIN <const>, STEP <const> = 4 * HOUR, 15 * 60

-- The runs of the calendar day around a noon, in order. Time is followed as it really passes, and looked at as clocks
-- show it.
local function runs_of_day(cron, name, noon)
  local day <const> = zone.at(name, noon)
  local runs <const> = setmetatable({ cron = cron, out = {}, fired = {}, expected = 0 }, Runs)
  local midnight <const> = noon - day.hour * HOUR - day.minute * 60
  local second, last <const> = midnight - MARGIN, midnight + DAY + MARGIN
  while second < last do
    local moment <const> = zone.at(name, second)
    if moment.day == day.day and moment.month == day.month then
      runs:hour(second, moment)
      second = second + (60 - moment.minute) * 60
    else
      second = second + STEP
    end
  end
  table.sort(runs.out)
  return runs.out
end

--- The next runs of an expression.
---@param cron floe.cron
---@param name string an IANA time zone
---@param after integer seconds since 1970; a run at this very moment is not among them
---@param count integer
---@return integer[] seconds since 1970
function M.next(cron, name, after, count)
  local out <const> = {}
  local start <const> = zone.at(name, after)
  -- noon of the local day: no change of the clock moves it to another one
  local noon = after - start.hour * HOUR - start.minute * 60 - start.second + 12 * HOUR
  for _ = 1, LONGEST_SEARCH do
    local moment <const> = zone.at(name, noon)
    if fits_day(cron, moment) then
      for _, second in ipairs(runs_of_day(cron, name, noon)) do
        if second > after then
          out[#out + 1] = second
          if #out == count then
            return out
          end
        end
      end
    end
    noon = noon + DAY
  end
  return out
end

return M
