-- Are the data as good as promised? The rules of tables and columns: the standard's metrics, queries that a contract
-- holds, and what types, keys and service levels say of values. Rules that a person or another tool checks are told as
-- skipped; those that are to be checked here and cannot be are errors.

local promise <const> = require "contract.promise"
local severity <const> = require "check.severity"
local sql <const> = require "check.sql"

local M = {}

---@class floe.check.rule a rule, and how its value comes about
---@field target floe.check.target
---@field element string? nil: the table as a whole
---@field name string
---@field limits table with the comparisons of a quality rule
---@field severity string? what the contract says
---@field needs integer[] places of measures
---@field value fun(...): number|string|nil, string? of their values; nil and why where there is none

local function percent(part, whole)
  return whole == 0 and 0 or 100 * part / whole
end

local function shown(value, unit)
  if type(value) ~= "number" then
    return tostring(value)
  end
  local number <const> = math.tointeger(value) and ("%d"):format(value) or ("%.4g"):format(value)
  if unit == "percent" then
    return number .. "%"
  end
  return unit == "rows" and ("%s %s"):format(number, number == "1" and "row" or "rows") or number
end

local function is_percent(rule)
  return type(rule.unit) == "string" and (rule.unit:lower() == "percent" or rule.unit == "%")
end

-- ---- judging ----------------------------------------------------------------------------------------------

local function has_limits(rule)
  return promise.limit_words(rule):find("must", 1, true) ~= nil
end

local function judge_value(subject, rule, value)
  local holds <const>, why <const> = promise.rule_holds(rule.limits, value)
  local unit <const> = is_percent(rule.limits) and "percent" or rule.unit
  local part <const> = { actual = shown(value, unit), value = tonumber(value) }
  if holds == nil then
    part.status, part.message = has_limits(rule.limits) and "error" or "skipped", why
  elseif holds then
    part.status, part.message = "pass", ("%s: %s"):format(rule.name, part.actual)
  else
    part.status = "violation"
    part.severity = rule.severity or severity.of_breach(subject, "quality", rule.target.name, rule.element, rule.name)
    part.message = ("%s of '%s': %s, %s"):format(rule.name, rule.element or rule.target.name, part.actual,
      promise.limit_words(rule.limits))
  end
  return part
end

local function add_rule(subject, rule, add)
  add {
    target = rule.target, element = rule.element, rule = rule.name,
    expected = promise.limit_words(rule.limits), judge = function(answer)
      local values <const> = {}
      for index, place in ipairs(rule.needs) do
        local value <const>, failure <const> = answer:value(place)
        if failure and failure.status == "violation" and not answer.error then
          failure.message = ("%s of '%s': %s"):format(rule.name, rule.element or rule.target.name, failure.message)
        end
        if failure then
          return { failure }
        end
        values[index] = value
      end
      local value <const>, why <const> = rule.value(table.unpack(values, 1, #rule.needs))
      if value == nil then
        return { { status = "error", message = why or "there is no value" } }
      end
      return { judge_value(subject, rule, value) }
    end,
  }
end

local function skip(target, element, name, message, add)
  add { target = target, element = element, rule = name, judge = function()
    return { { status = "skipped", message = message } }
  end }
end

-- A rule that cannot be asked as it is written.
local function refuse(target, element, name, message, add)
  add { target = target, element = element, rule = name, judge = function()
    return { { status = "error", message = message } }
  end }
end

-- ---- the standard's metrics -------------------------------------------------------------------------------

local function plain_values(list)
  local out <const> = {}
  for _, value in ipairs(type(list) == "table" and list or {}) do
    out[#out + 1] = (type(value) == "string" or type(value) == "number" or type(value) == "boolean") and value or nil
  end
  return out
end

local function texts(list)
  local out <const> = {}
  for _, name in ipairs(type(list) == "table" and list or {}) do
    out[#out + 1] = tostring(name)
  end
  return out
end

-- The measure of each metric; nil and why where it cannot be asked.
local METRICS <const> = {
  rowCount = function()
    return sql.rows()
  end,
  nullValues = function(dialect, column)
    return sql.nulls(dialect, column)
  end,
  missingValues = function(dialect, column, arguments)
    return sql.missing(dialect, column, plain_values(arguments.missingValues))
  end,
  invalidValues = function(dialect, column, arguments)
    local limits <const> = setmetatable({ validValues = plain_values(arguments.validValues) }, { __index = arguments })
    local measure <const>, why <const> = sql.invalid(dialect, column, limits)
    return measure, why or "its arguments do not say which values are valid"
  end,
  duplicateValues = function(dialect, column, arguments)
    local columns <const> = column and { column } or texts(arguments.properties)
    if #columns == 0 then
      return nil, "its arguments do not say which properties"
    end
    return sql.duplicates(dialect, columns)
  end,
}

-- Metrics of a column, which a table as a whole has not.
local OF_COLUMN <const> = { nullValues = true, missingValues = true, invalidValues = true }

-- v3.0 left the comparison to the rule: what it counts must not be there.
local function limits_of(rule)
  if has_limits(rule) or rule.metric == "rowCount" then
    return rule
  end
  return setmetatable({ mustBe = 0 }, { __index = rule })
end

local function plan_metric(subject, target, column, element, rule, add)
  local name <const> = promise.rule_name(rule)
  local metric <const> = METRICS[rule.metric]
  local arguments <const> = type(rule.arguments) == "table" and rule.arguments or {}
  if not metric then
    local called <const> = tostring(rule.metric or rule.rule)
    return refuse(target, element, name, ("the metric '%s' is not known"):format(called), add)
  elseif OF_COLUMN[rule.metric] and not column then
    return refuse(target, element, name, ("'%s' is about a column, and stands at a table"):format(rule.metric), add)
  end
  local measure <const>, why <const> = metric(subject.dialect, column, arguments)
  if not measure then
    return refuse(target, element, name, why, add)
  end
  local in_percent <const> = is_percent(rule)
  add_rule(subject, {
    target = target, element = element, name = name, limits = limits_of(rule), unit = "rows",
    severity = severity.of_word(rule.severity), needs = { target:ask(measure), target:ask(sql.rows()) },
    value = function(count, rows)
      return in_percent and percent(tonumber(count), tonumber(rows)) or tonumber(count)
    end,
  }, add)
end

-- ---- other rules ------------------------------------------------------------------------------------------

local function plan_query(subject, target, column, element, rule, add)
  local name <const> = promise.rule_name(rule)
  local measure <const>, why <const> = sql.query(subject.dialect, tostring(rule.query or ""), column)
  if not measure then
    return refuse(target, element, name, ("its query is not run: %s"):format(why), add)
  end
  add_rule(subject, {
    target = target, element = element, name = name, limits = rule, severity = severity.of_word(rule.severity),
    needs = { target:ask(measure) }, value = function(value)
      return value, "its query has no row"
    end,
  }, add)
end

local function plan_rule(subject, target, column, element, rule, add)
  local kind <const> = rule.type or rule.query and "sql" or "library"
  if kind == "sql" then
    return plan_query(subject, target, column, element, rule, add)
  elseif kind == "library" then
    return plan_metric(subject, target, column, element, rule, add)
  end
  local who <const> = kind == "text" and "a person judges it"
    or rule.engine and ("'%s' checks it"):format(tostring(rule.engine)) or "another tool checks it"
  return skip(target, element, promise.rule_name(rule), who, add)
end

-- A rule that follows from what the contract says of a column's values: nothing may break it.
local function plan_implied(subject, target, element, name, measure, add)
  add_rule(subject, {
    target = target, element = element, name = name, limits = { mustBe = 0 }, unit = "rows",
    needs = { target:ask(measure) }, value = function(count)
      return tonumber(count)
    end,
  }, add)
end

local OPTIONS <const> = {
  "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength",
}
local SCALAR <const> = { string = true, integer = true, number = true, date = true, timestamp = true, time = true }

local function plan_values(subject, target, property, column, element, add)
  local allowed <const> = {}
  for index, entry in ipairs(property.enum or {}) do
    allowed[index] = type(entry) == "table" and entry.value or nil
  end
  local values <const> = plain_values(allowed)
  if #values > 0 then
    plan_implied(subject, target, element, "enum", sql.invalid(subject.dialect, column, { validValues = values }), add)
  end
  if not property.logicalTypeOptions or not SCALAR[property.logicalType] then
    return
  end
  local limits <const> = {}
  for _, name in ipairs(OPTIONS) do
    limits[name] = property.logicalTypeOptions[name]
  end
  local measure <const>, why <const> = sql.invalid(subject.dialect, column, limits)
  if measure then
    plan_implied(subject, target, element, "logicalTypeOptions", measure, add)
  elseif why then
    refuse(target, element, "logicalTypeOptions", why, add)
  end
end

local function key_of(object)
  local out <const> = {}
  for _, property in ipairs(object.properties or {}) do
    out[#out + 1] = property.primaryKey == true and tostring(property.physicalName or property.name) or nil
  end
  return out
end

local function plan_table(subject, target, add)
  local object <const>, key <const> = target.object, key_of(target.object)
  for _, rule in ipairs(object.quality or {}) do
    plan_rule(subject, target, nil, nil, rule, add)
  end
  if #key > 0 then
    plan_implied(subject, target, table.concat(key, ","), "primaryKey",
      sql.duplicates(subject.dialect, key), add)
  end
  for _, property in ipairs(object.properties or {}) do
    local column <const> = tostring(property.physicalName or property.name)
    local element <const> = tostring(property.name or column)
    if property.name or property.physicalName then
      for _, rule in ipairs(property.quality or {}) do
        plan_rule(subject, target, column, element, rule, add)
      end
      if property.unique == true and not (property.primaryKey == true and #key == 1) then
        plan_implied(subject, target, element, "unique", sql.duplicates(subject.dialect, { column }), add)
      end
      plan_values(subject, target, property, column, element, add)
    end
  end
end

-- ---- service levels ---------------------------------------------------------------------------------------

local function required_of(target)
  local out <const> = {}
  for _, property in ipairs(target.object.properties or {}) do
    if property.required == true or property.primaryKey == true then
      out[#out + 1] = tostring(property.physicalName or property.name)
    end
  end
  return out
end

-- The columns of a table that a level is about: those it names, or those that the contract marks.
local function columns_of(target, level, marked)
  if level.element == nil then
    return marked(target)
  end
  local out <const> = {}
  for name in tostring(level.element):gmatch("[^,%s]+") do
    local of_table <const> = name:sub(1, #target.name + 1) == target.name .. "." and name:sub(#target.name + 2)
    local column <const> = of_table or name
    out[#out + 1] = (of_table or target:property(column)) and column or nil
  end
  return out
end

local LEVELS <const> = {}

-- How many of the cells that must have a value have one.
function LEVELS.completeness(subject, target, level)
  local columns <const>, needs <const> = columns_of(target, level, required_of), { target:ask(sql.rows()) }
  for index, column in ipairs(columns) do
    needs[index + 1] = target:ask(sql.nulls(subject.dialect, column))
  end
  return #columns > 0 and needs, function(rows, ...)
    local missing = 0
    for _, count in ipairs { ... } do
      missing = missing + tonumber(count)
    end
    return 100 - percent(missing, tonumber(rows) * #columns)
  end
end

-- How many rows are the only one with their key.
function LEVELS.uniqueness(subject, target, level)
  local columns <const> = columns_of(target, level, function()
    return key_of(target.object)
  end)
  if #columns == 0 then
    return false
  end
  return { target:ask(sql.rows()), target:ask(sql.duplicates(subject.dialect, columns)) }, function(rows, count)
    return 100 - percent(tonumber(count), tonumber(rows))
  end
end

local function plan_level(subject, name, level, add)
  local limit <const> = promise.level_percent(level)
  local plan <const> = LEVELS[name]
  if not plan or not limit then
    return skip(nil, nil, name, limit and ("'%s' cannot be measured in the data alone"):format(name)
      or "the service level says no percent", add)
  end
  local planned = false
  for _, target in ipairs(subject.targets) do
    local needs <const>, value <const> = plan(subject, target, level)
    if needs then
      planned = true
      add_rule(subject, {
        target = target, name = name, needs = needs, value = value,
        limits = { mustBeGreaterOrEqualTo = limit, unit = "percent" },
      }, add)
    end
  end
  if not planned then
    skip(nil, nil, name, "the contract does not say of which columns", add)
  end
end

local MEASURED <const> = { completeness = true, uniqueness = true, accuracy = true }
local INSIDE <const> = { "completeness", "uniqueness", "accuracy" }

local function plan_levels(subject, add)
  for _, level in ipairs(subject.normal.slaProperties or {}) do
    local name <const> = promise.level_name(level.property)
    if MEASURED[name] then
      plan_level(subject, name, level, add)
    elseif name == "quality" then
      for _, inner in ipairs(INSIDE) do
        if level[inner] ~= nil then
          plan_level(subject, inner, { value = level[inner], element = level.element }, add)
        end
      end
    end
  end
end

---@param subject floe.check.subject
---@param add fun(pending: table)
function M.plan(subject, add)
  for _, target in ipairs(subject.targets) do
    plan_table(subject, target, add)
  end
  plan_levels(subject, add)
end

return M
