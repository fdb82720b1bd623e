-- Is the data as fresh as promised? The newest value of an element, or when its table was written, against the service
-- level. Near the end of what is allowed a pass says so; what fails again and again is critical.

local moment <const> = require "check.moment"
local promise <const> = require "contract.promise"
local severity <const> = require "check.severity"
local sql <const> = require "check.sql"
local duration <const> = require "floe.duration"

local M = {}

local SKEW <const> = 60 -- seconds by which two clocks may differ
local ZONES <const> = 14 * 3600 -- seconds by which a time without a zone may be ahead of UTC
local HOUR <const> = 3600

-- The service level's limit in seconds; nil where it says none.
local function limit_of(level)
  return promise.level_seconds(level)
end

local function limit_words(seconds)
  return seconds % 1 == 0 and duration.format(seconds) or ("%gs"):format(seconds)
end

-- The tables and columns that a level is about: "table.column", "column", several behind commas, or nothing.
local function places_of(subject, level)
  local out <const> = {}
  if level.element == nil then
    for _, target in ipairs(subject.targets) do
      out[#out + 1] = { target = target, label = target.name }
    end
    return out
  end
  for name in tostring(level.element):gmatch("[^,%s][^,]*") do
    name = name:gsub("%s+$", "")
    local found = false
    for _, target in ipairs(subject.targets) do
      for _, table_name in ipairs { target.name, tostring(target.object.physicalName or target.name) } do
        if name:sub(1, #table_name + 1) == table_name .. "." then
          out[#out + 1] = { target = target, column = name:sub(#table_name + 2), label = name }
          found = true
          break
        elseif name == table_name then
          out[#out + 1] = { target = target, label = name }
          found = true
          break
        end
      end
    end
    if not found and not name:find(".", 1, true) then
      for _, target in ipairs(subject.targets) do
        if #subject.targets == 1 or target:property(name) then
          out[#out + 1] = { target = target, column = name, label = ("%s.%s"):format(target.name, name) }
          found = true
        end
      end
    end
    if not found then
      out[#out + 1] = { label = name }
    end
  end
  return out
end

-- What is to be said about how a time was read.
local function note_of(found)
  if found.is_snapshot then
    return " (since the table was written: its metadata do not tell the newest value)"
  elseif found.is_day then
    return " (a day, counted from its end in UTC)"
  end
  return not found.zoned and " (it says no time zone: read as UTC)" or ""
end

local function ahead(found, seconds, label)
  local words <const> = ("the newest value of '%s' is %s ahead of the clock%s"):format(label,
    moment.hours(seconds / HOUR), note_of(found))
  -- without a zone, one east of Greenwich is more likely than data from the future
  local zone <const> = not found.zoned and seconds <= ZONES
  return { status = "violation", severity = zone and "warning" or "error", message = words, value = -seconds / HOUR,
    actual = ("-%s"):format(moment.hours(seconds / HOUR)) }
end

-- The result of an age.
local function judge_age(subject, place, limit, found)
  local seconds <const> = (subject.now - found.at) / 1000
  if seconds < -SKEW and not (found.is_day and seconds >= -24 * HOUR - ZONES) then
    return ahead(found, -seconds, place.label)
  end
  local age <const> = math.max(seconds, 0)
  local hours <const> = age / HOUR
  local part <const> = { value = hours, actual = moment.hours(hours) }
  if age > limit + SKEW then
    part.status = "violation"
    part.severity = severity.of_breach(subject, "freshness", place.target.name, place.column)
    part.message = ("Data is %s old, SLA is %s%s"):format(moment.hours(hours), limit_words(limit), note_of(found))
  else
    part.status, part.severity = "pass", severity.of_use(age, limit)
    part.message = ("Data is %s old, SLA is %s%s"):format(moment.hours(hours), limit_words(limit), note_of(found))
  end
  return part
end

-- The column holds nothing that could be new.
local function judge_nothing(subject, place, rows)
  local empty <const> = tonumber(rows) == 0
  return {
    status = "violation", severity = severity.of_breach(subject, "freshness", place.target.name, place.column),
    actual = "no value",
    message = empty and ("'%s' is empty: nothing tells when it was fed"):format(place.target.name)
      or ("'%s' is null in every row: nothing tells how old the data is"):format(place.label),
  }
end

local function plan_column(subject, place, limit, add)
  local target <const> = place.target
  local property <const> = target:property(place.column)
  local physical <const> = property and property.physicalName or place.column
  local newest <const> = target:ask(sql.greatest(subject.dialect, tostring(physical)))
  local rows <const> = target:ask(sql.rows())
  add {
    target = target, element = place.column, expected = limit_words(limit), judge = function(answer)
      local value <const>, failure <const> = answer:value(newest)
      if failure and not answer.error and answer.errors[newest].code == "unsupported" and answer.snapshot_at then
        return { judge_age(subject, place, limit, { at = answer.snapshot_at, zoned = true, is_snapshot = true }) }
      elseif failure and answer.is_empty and not answer.error then
        return { judge_nothing(subject, place, 0) }
      elseif failure then
        return { failure }
      elseif value == nil then
        return { judge_nothing(subject, place, (answer:value(rows))) }
      end
      local found <const> = moment.read(tostring(value))
      if not found then
        return { { status = "error", actual = tostring(value):sub(1, 80),
          message = ("the newest value of '%s' is no time: '%s'"):format(place.label, tostring(value):sub(1, 80)) } }
      end
      return { judge_age(subject, place, limit, found) }
    end,
  }
end

local function plan_table(subject, place, limit, add)
  place.target.snapshot = true
  add {
    target = place.target, expected = limit_words(limit), judge = function(answer)
      if answer.error then
        return { (require("check.run").failure(answer.error)) }
      elseif answer.is_empty then
        return { judge_nothing(subject, place, 0) }
      elseif not answer.snapshot_at then
        return { { status = "skipped", message = ("%s does not tell when a table was written: name a column in the "
          .. "service level's 'element'"):format(answer.source) } }
      end
      return { judge_age(subject, place, limit, { at = answer.snapshot_at, zoned = true }) }
    end,
  }
end

---@param subject floe.check.subject
---@param add fun(pending: table)
function M.plan(subject, add)
  for _, level in ipairs(subject.normal.slaProperties or {}) do
    local limit <const> = promise.level_name(level.property) == "freshness" and limit_of(level)
    if limit then
      for _, place in ipairs(places_of(subject, level)) do
        if not place.target then
          add { element = place.label, expected = limit_words(limit), judge = function()
            return { { status = "skipped",
              message = ("the contract has no table with the element '%s'"):format(place.label) } }
          end }
        elseif place.column then
          plan_column(subject, place, limit, add)
        else
          plan_table(subject, place, limit, add)
        end
      end
    elseif promise.level_name(level.property) == "freshness" then
      add { element = level.element, judge = function()
        return { { status = "skipped", message = ("the service level's value cannot be measured: %s"):format(
          promise.level_words(level)) } }
      end }
    end
  end
end

return M
