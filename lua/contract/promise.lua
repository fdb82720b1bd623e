-- Service levels and quality rules as amounts that can be compared: which of two promises is the firmer one.

local duration <const> = require "floe.duration"

local M = {}

-- ---- service levels ---------------------------------------------------------------------------------------

-- The standard's short names.
local SYNONYMS <const> = {
  av = "availability", th = "throughput", er = "errorrate", ga = "generalavailability", es = "endofsupport",
  el = "endoflife", re = "retention", fy = "frequency", ly = "latency", td = "timetodetect", tn = "timetonotify",
  tr = "timetorepair",
}

-- Whether less or more is the firmer promise, and what is measured.
local LEVELS <const> = {
  freshness = { "less", "time" }, latency = { "less", "time" }, frequency = { "less", "time" },
  timetodetect = { "less", "time" }, timetonotify = { "less", "time" }, timetorepair = { "less", "time" },
  retention = { "more", "time" },
  availability = { "more", "percent" }, completeness = { "more", "percent" }, uniqueness = { "more", "percent" },
  accuracy = { "more", "percent" }, quality = { "more", "percent" }, errorrate = { "less", "percent" },
  throughput = { "more", "number" },
  generalavailability = { "less", "date" }, endofsupport = { "more", "date" }, endoflife = { "more", "date" },
}

-- Seconds of a unit; a month and a year are their means.
local UNITS <const> = {
  ms = 0.001, millisecond = 0.001, milliseconds = 0.001,
  s = 1, sec = 1, second = 1, seconds = 1,
  m = 60, min = 60, minute = 60, minutes = 60,
  h = 3600, hr = 3600, hour = 3600, hours = 3600,
  d = 86400, day = 86400, days = 86400,
  w = 604800, week = 604800, weeks = 604800,
  mo = 2629746, month = 2629746, months = 2629746,
  y = 31556952, yr = 31556952, year = 31556952, years = 31556952,
}

local DATE_UNITS <const> = { Y = 31556952, M = 2629746, W = 604800, D = 86400 }

-- ISO 8601 with years and months, which floe.duration refuses.
local function calendar_seconds(value)
  local date <const>, clock <const> = value:match("^P([%d.YMWD]*)(T?.*)$")
  if not date or not date:find("[YM]") then
    return nil
  end
  local total, rest = 0, date
  for number, unit in date:gmatch("([%d.]+)([YMWD])") do
    total = total + (tonumber(number) or 0) * DATE_UNITS[unit]
    rest = rest:gsub("^[%d.]+[YMWD]", "", 1)
  end
  local more <const> = clock == "" and 0 or duration.seconds("P" .. clock)
  return rest == "" and more and total + more or nil
end

local MEASURES <const> = {}

function MEASURES.time(value, unit)
  local number <const> = tonumber(value)
  if number then
    return UNITS[tostring(unit or ""):lower()] and number * UNITS[unit:lower()] or unit == nil and number or nil
  end
  local count <const>, word <const> = tostring(value):match("^%s*([%d.]+)%s*(%a+)%s*$")
  if count and UNITS[word:lower()] then
    return tonumber(count) and tonumber(count) * UNITS[word:lower()]
  end
  return calendar_seconds(tostring(value)) or (duration.seconds(value))
end

function MEASURES.percent(value, unit)
  if unit ~= nil and unit ~= "%" and not tostring(unit):lower():find("^per") then
    return nil
  end
  return type(value) == "number" and value or tonumber((tostring(value):match("^%s*([%d.]+)%s*%%?%s*$")))
end

function MEASURES.number(value)
  return tonumber(value)
end

-- A day, or a moment with its offset from UTC, as a number that grows with time.
function MEASURES.date(value)
  local year <const>, month <const>, day <const>, rest <const> = tostring(value):match("^(%d%d%d%d)-(%d%d)-(%d%d)(.*)$")
  if not year then
    return nil
  end
  local y <const>, m <const> = tonumber(year), tonumber(month)
  local shifted <const> = m <= 2 and y - 1 or y
  local days <const> = 365 * shifted + shifted // 4 - shifted // 100 + shifted // 400
    + (153 * (m + (m > 2 and -3 or 9)) + 2) // 5 + tonumber(day)
  local hour <const>, minute <const>, second <const> = rest:match("^[Tt ](%d%d):(%d%d):?(%d*)")
  local sign <const>, ahead <const>, past <const> = rest:match("([+-])(%d%d):?(%d%d)$")
  local seconds <const> = hour and hour * 3600 + minute * 60 + (tonumber(second) or 0) or 0
  local offset <const> = sign and (ahead * 3600 + past * 60) * (sign == "-" and -1 or 1) or 0
  return days * 86400 + seconds - offset
end

--- The name under which a service level is compared: lower case, short names written out.
---@param property any
---@return string
function M.level_name(property)
  local lower <const> = tostring(property):lower():gsub("[_%s-]", "")
  return SYNONYMS[lower] or lower
end

--- The seconds that a service level promises; nil where it says none.
---@param level table an entry of slaProperties
---@return number?
function M.level_seconds(level)
  return MEASURES.time(level.value, level.unit)
end

--- The percent that a service level promises; nil where it says none.
---@param level table
---@return number?
function M.level_percent(level)
  return MEASURES.percent(level.value, level.unit)
end

--- How a service level's new value relates to its old one: firmer ("tightened"), "relaxed", as much as before
--- ("same"), or "changed" where the two cannot be compared.
---@param old table an entry of slaProperties
---@param new table
---@return "same"|"tightened"|"relaxed"|"changed"
function M.level_relation(old, new)
  local rule <const> = LEVELS[M.level_name(new.property)]
  local measure <const> = rule and MEASURES[rule[2]]
  local before <const> = measure and measure(old.value, old.unit)
  local after <const> = measure and measure(new.value, new.unit)
  if measure == MEASURES.number and old.unit ~= new.unit
    or measure == MEASURES.time and (old.unit == nil and tonumber(old.value) ~= nil)
      ~= (new.unit == nil and tonumber(new.value) ~= nil) then
    return "changed" -- a number without a unit says nothing beside one with a unit
  elseif not before or not after then
    return old.value == new.value and old.unit == new.unit and "same" or "changed"
  elseif before == after then
    return "same"
  end
  return (after < before) == (rule[1] == "less") and "tightened" or "relaxed"
end

--- A service level's value in words: "6 h", "99.9%".
---@param level table
---@return string
function M.level_words(level)
  local value <const> = level.value == nil and "nothing" or tostring(level.value)
  if level.unit == nil then
    return value
  end
  return tostring(level.unit):lower():find("^per") and value .. "%" or ("%s %s"):format(value, level.unit)
end

-- ---- quality rules ----------------------------------------------------------------------------------------

local INFINITE <const> = math.huge

-- The numbers a comparison allows: { low, high, low is out, high is out }.
local RANGES <const> = {
  mustBe = function(value)
    return tonumber(value) and { tonumber(value), tonumber(value), false, false }
  end,
  mustBeGreaterThan = function(value)
    return { value, INFINITE, true, true }
  end,
  mustBeGreaterOrEqualTo = function(value)
    return { value, INFINITE, false, true }
  end,
  mustBeLessThan = function(value)
    return { -INFINITE, value, true, true }
  end,
  mustBeLessOrEqualTo = function(value)
    return { -INFINITE, value, true, false }
  end,
  mustBeBetween = function(value)
    return type(value) == "table" and type(value[1]) == "number" and type(value[2]) == "number"
      and { value[1], value[2], false, false }
  end,
}

--- The comparisons of quality rules.
M.operators = {
  "mustBe", "mustNotBe", "mustBeGreaterThan", "mustBeGreaterOrEqualTo", "mustBeLessThan", "mustBeLessOrEqualTo",
  "mustBeBetween", "mustNotBeBetween",
}

local function range_of(rule)
  local found
  for _, name in ipairs(M.operators) do
    local value <const> = rule[name]
    if value ~= nil then
      if found or not RANGES[name] or name ~= "mustBe" and name ~= "mustBeBetween" and type(value) ~= "number" then
        return nil
      end
      found = RANGES[name](value)
    end
  end
  return found or nil
end

local function contains(wide, narrow)
  local low <const> = wide[1] < narrow[1] or wide[1] == narrow[1] and (not wide[3] or narrow[3])
  local high <const> = wide[2] > narrow[2] or wide[2] == narrow[2] and (not wide[4] or narrow[4])
  return low and high
end

--- How the limits of a quality rule relate to what they were.
---@param old table a rule
---@param new table
---@return "same"|"tightened"|"relaxed"|"changed"
function M.rule_relation(old, new)
  local before <const>, after <const> = range_of(old), range_of(new)
  if not before or not after then
    return "changed"
  end
  local up <const>, down <const> = contains(after, before), contains(before, after)
  return up and (down and "same" or "relaxed") or down and "tightened" or "changed"
end

local function value_words(value)
  if type(value) ~= "table" then
    return tostring(value)
  end
  return ("%s and %s"):format(tostring(value[1]), tostring(value[2]))
end

local SAID <const> = {
  mustBe = "must be", mustNotBe = "must not be", mustBeGreaterThan = "must be greater than",
  mustBeGreaterOrEqualTo = "must be at least", mustBeLessThan = "must be less than",
  mustBeLessOrEqualTo = "must be at most", mustBeBetween = "must be between", mustNotBeBetween = "must not be between",
}

--- What a quality rule is called.
---@param rule table
---@return string
function M.rule_name(rule)
  local what <const> = rule.name or rule.metric or rule.rule or rule.description or rule.query or rule.engine
    or rule.type or "a rule"
  return (tostring(what):gsub("%s+", " "))
end

--- The limits of a quality rule in words: "must be 0", "must be at most 5 percent"; empty where it has none.
---@param rule table
---@return string
function M.limit_words(rule)
  local parts <const> = {}
  for _, name in ipairs(M.operators) do
    if rule[name] ~= nil then
      parts[#parts + 1] = ("%s %s"):format(SAID[name], value_words(rule[name]))
    end
  end
  if rule.unit ~= nil then
    parts[#parts + 1] = tostring(rule.unit)
  end
  return table.concat(parts, " ")
end

--- A quality rule in words: "nullValues must be 0".
---@param rule table
---@return string
function M.rule_words(rule)
  local limits <const> = M.limit_words(rule)
  return limits == "" and M.rule_name(rule) or ("%s %s"):format(M.rule_name(rule), limits)
end

-- Whether a value is what each comparison asks for.
local HOLDS <const> = {
  mustBe = function(value, wanted)
    return tonumber(value) and tonumber(wanted) and tonumber(value) == tonumber(wanted)
      or tostring(value) == tostring(wanted)
  end,
  mustBeGreaterThan = function(value, limit)
    return value > limit
  end,
  mustBeGreaterOrEqualTo = function(value, limit)
    return value >= limit
  end,
  mustBeLessThan = function(value, limit)
    return value < limit
  end,
  mustBeLessOrEqualTo = function(value, limit)
    return value <= limit
  end,
  mustBeBetween = function(value, limits)
    return value >= limits[1] and value <= limits[2]
  end,
}
function HOLDS.mustNotBe(value, wanted)
  return not HOLDS.mustBe(value, wanted)
end
function HOLDS.mustNotBeBetween(value, limits)
  return not HOLDS.mustBeBetween(value, limits)
end

local function is_number_or_pair(limit)
  return type(limit) == "number"
    or type(limit) == "table" and type(limit[1]) == "number" and type(limit[2]) == "number"
end

--- Whether a value is what a quality rule asks for.
---@param rule table
---@param value any a number, a text or a boolean
---@return boolean? holds nil where that cannot be told
---@return string? why not
function M.rule_holds(rule, value)
  local compared = false
  for _, name in ipairs(M.operators) do
    local limit <const> = rule[name]
    local is_equality <const> = name == "mustBe" or name == "mustNotBe"
    if limit ~= nil and not is_equality and (not tonumber(value) or not is_number_or_pair(limit)) then
      return nil, ("%s cannot be compared by '%s'"):format(tonumber(value) and "the limit" or "the value", name)
    elseif limit ~= nil and not HOLDS[name](is_equality and value or tonumber(value), limit) then
      return false
    end
    compared = compared or limit ~= nil
  end
  if not compared then
    return nil, "the rule compares with nothing"
  end
  return true
end

return M
