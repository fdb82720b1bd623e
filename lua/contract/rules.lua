-- What a contract must hold beyond its shape: keys that are counted right, bounds in order, expressions that
-- compile, references that lead somewhere, and service levels that can be measured.

local duration <const> = require "floe.duration"
local regex <const> = require "host.regex"
local shape <const> = require "manifest.shape"
local contract_shape <const> = require "contract.shape"
local text <const> = require "floe.text"

local M = {}

-- ---- bounds -----------------------------------------------------------------------------------------------

local BOUNDS <const> = {
  { "minimum", "maximum" },
  { "exclusiveMinimum", "maximum" },
  { "minimum", "exclusiveMaximum" },
  { "exclusiveMinimum", "exclusiveMaximum" },
  { "minLength", "maxLength" },
  { "minItems", "maxItems" },
  { "minProperties", "maxProperties" },
}

local function check_bounds(options, path, report)
  for _, pair in ipairs(BOUNDS) do
    local low <const>, high <const> = options[pair[1]], options[pair[2]]
    local comparable <const> = type(low) == type(high) and (type(low) == "number" or type(low) == "string")
    if comparable and low > high then
      report("FLOE-E507", options, pair[1], path .. "." .. pair[1], ("%s %s is greater than %s %s"):format(
        pair[1], low, pair[2], high), { expected = ("at most %s"):format(high), actual = tostring(low) })
    end
  end
end

local function check_expression(owner, key, path, report)
  local pattern <const> = owner[key]
  if type(pattern) ~= "string" then
    return
  end
  local ok <const>, why <const> = regex.check(pattern)
  if not ok then
    local member <const> = path .. "." .. key
    report("FLOE-E506", owner, key, member, ("'%s': %s"):format(member, why),
      { expected = "a regular expression", actual = pattern })
  end
end

-- ---- quality ----------------------------------------------------------------------------------------------

local function operators_of(rule)
  local found <const> = {}
  for _, name in ipairs(contract_shape.operators) do
    if rule[name] ~= nil then
      found[#found + 1] = name
    end
  end
  return found
end

local function check_operators(rule, path, report)
  local found <const> = operators_of(rule)
  if #found == 0 then
    report("FLOE-E501", rule, nil, path, "the quality rule compares with nothing", {
      expected = "one of " .. text.list(contract_shape.operators),
      actual = "nothing",
    })
  elseif #found > 1 then
    local message <const> = ("the quality rule has %d comparisons: %s"):format(#found, text.list(found))
    report("FLOE-E501", rule, found[2], path, message, {
      expected = "exactly one",
      actual = text.list(found),
    })
  end
  for _, name in ipairs { "mustBeBetween", "mustNotBeBetween" } do
    local pair <const> = rule[name]
    if pair ~= nil and #pair == 2 and pair[1] >= pair[2] then
      report("FLOE-E507", rule, name, path .. "." .. name, ("'%s' must name the smaller number first"):format(name), {
        expected = ("[%s, %s]"):format(pair[2], pair[1]),
        actual = ("[%s, %s]"):format(pair[1], pair[2]),
      })
    end
  end
end

local function need(rule, key, kind, path, report)
  if rule[key] == nil then
    report("FLOE-E501", rule, nil, path, ("a quality rule of type '%s' needs '%s'"):format(kind, key), {
      expected = key,
      actual = "nothing",
    })
  end
end

local QUALITY <const> = {}

-- v3.0 called the metric `rule`, and left the comparison to the rule.
function QUALITY.library(rule, path, report, version)
  if version == 30 then
    if rule.rule == nil then
      need(rule, "metric", "library", path, report)
    end
    return
  end
  need(rule, "metric", "library", path, report)
  check_operators(rule, path, report)
end

function QUALITY.sql(rule, path, report, version)
  need(rule, "query", "sql", path, report)
  if version > 30 then
    check_operators(rule, path, report)
  end
end

function QUALITY.custom(rule, path, report)
  need(rule, "engine", "custom", path, report)
  need(rule, "implementation", "custom", path, report)
end

-- A rule that names no type is one of the library as soon as it says more than a text.
local function is_library(rule)
  return rule.metric or rule.rule or rule.arguments or (#operators_of(rule) > 0 and not rule.query)
end

local function check_quality(list, path, report, version)
  for index = 1, list and #list or 0 do
    local rule <const> = list[index]
    local rule_path <const> = ("%s.quality[%d]"):format(path, index - 1)
    local kind <const> = rule.type or ((version == 30 or is_library(rule)) and "library")
    if QUALITY[kind] then
      QUALITY[kind](rule, rule_path, report, version)
    end
    if rule.arguments then
      check_expression(rule.arguments, "pattern", rule_path .. ".arguments", report)
    end
  end
end

-- ---- properties -------------------------------------------------------------------------------------------

local POSITIONS <const> = {
  { "primaryKeyPosition", "primaryKey" },
  { "partitionKeyPosition", "partitioned" },
}

-- Two properties of an object may not claim one place in its key.
local function check_positions(list, path, report)
  for _, names in ipairs(POSITIONS) do
    local taken <const> = {}
    for index = 1, #list do
      local property <const> = list[index]
      local position <const> = property[names[1]]
      if position and position > 0 and property[names[2]] then
        if taken[position] then
          report("FLOE-E501", property, names[1], ("%s.properties[%d].%s"):format(path, index - 1, names[1]),
            ("%s %d is taken by '%s'"):format(names[1], position, taken[position]), {
              expected = "a place of its own",
              actual = tostring(position),
            })
        end
        taken[position] = taken[position] or property.name
      end
    end
  end
end

local function check_enum(property, path, report)
  local seen <const> = {}
  for index = 1, property.enum and #property.enum or 0 do
    local entry <const> = property.enum[index]
    if entry.value ~= nil and seen[entry.value] then
      report("FLOE-E501", entry, "value", ("%s.enum[%d].value"):format(path, index - 1),
        ("the value '%s' is listed twice"):format(entry.value), {
          expected = "every value once",
          actual = tostring(entry.value),
        })
    end
    seen[entry.value or ""] = entry.value ~= nil
  end
end

-- Members that belong to one logical type.
local INNER <const> = { { "items", "array" }, { "properties", "object" }, { "map", "map" } }

-- What may stand beside a logical type, and what must.
local function check_type(property, path, report)
  local kind <const> = property.logicalType
  for index = 1, #INNER do
    local pair <const> = INNER[index]
    if kind and kind ~= pair[2] and property[pair[1]] ~= nil then
      report("FLOE-E503", property, pair[1], path .. "." .. pair[1],
        ("'%s' belongs to the logical type '%s', not to '%s'"):format(pair[1], pair[2], kind), {
          expected = "logicalType: " .. pair[2],
          actual = kind,
        })
    end
  end
  if kind == "map" and property.map == nil then
    report("FLOE-E503", property, "logicalType", path, "the logical type 'map' needs 'map' with key and value", {
      expected = "map: { key: …, value: … }",
      actual = "nothing",
    })
  elseif kind == "vector" and property.logicalTypeOptions == nil then
    report("FLOE-E503", property, "logicalType", path, "the logical type 'vector' needs its dimensions", {
      expected = "logicalTypeOptions: { dimensions: … }",
      actual = "nothing",
    })
  end
end

-- Formats of texts. The standard names some and allows any: only what looks like a misspelt one is reported.
local FORMATS <const> = { "binary", "byte", "date", "date-time", "email", "hostname", "ipv4", "ipv6", "password",
  "phone", "time", "uri", "url", "uuid" }

local function check_format(options, path, report)
  local format <const> = options.format
  if type(format) ~= "string" or shape.one_of(FORMATS, format) then
    return
  end
  local near <const> = text.suggest(format, FORMATS)
  if near then
    report("FLOE-E504", options, "format", path .. ".format", ("'%s' is not a format of texts"):format(format), {
      expected = "one of " .. text.list(FORMATS),
      actual = format,
      suggestions = { near },
    })
  end
end

-- A classification is one of the known words, one that the organisation names, or a number (as some count them).
local function check_classification(property, path, report, levels)
  local word <const> = property.classification
  if type(word) ~= "string" or shape.one_of(levels, word) or shape.one_of(levels, word:lower())
    or word:find("^%d$") then
    return
  end
  local near <const> = text.suggest(word, levels)
  report("FLOE-E505", property, "classification", path .. ".classification",
    ("there is no classification '%s'"):format(word), {
      expected = "one of " .. text.list(levels),
      actual = word,
      suggestions = { near },
    })
end

local check_properties

local MAP_SIDES <const> = { "key", "value" }

local function check_property(property, path, report, settings)
  local options <const> = property.logicalTypeOptions
  if options then
    local options_path <const> = path .. ".logicalTypeOptions"
    check_bounds(options, options_path, report)
    check_expression(options, "pattern", options_path, report)
    if property.logicalType == "string" then
      check_format(options, options_path, report)
    end
  end
  check_classification(property, path, report, settings.levels)
  check_type(property, path, report)
  if property.enum then
    check_enum(property, path, report)
  end
  if property.quality then
    check_quality(property.quality, path, report, settings.version)
  end
  if property.properties then
    check_properties(property.properties, path, report, settings)
  end
  if property.items ~= nil then
    check_property(property.items, path .. ".items", report, settings)
  end
  if property.map ~= nil then
    for _, side in ipairs(MAP_SIDES) do
      if property.map[side] ~= nil then
        check_property(property.map[side], path .. ".map." .. side, report, settings)
      end
    end
  end
end

function check_properties(list, path, report, settings)
  check_positions(list, path, report)
  for index = 1, #list do
    check_property(list[index], path .. ".properties[" .. index - 1 .. "]", report, settings)
  end
end

-- ---- references -------------------------------------------------------------------------------------------

local function find(list, key, value)
  for index = 1, list and #list or 0 do
    if list[index][key] == value then
      return list[index]
    end
  end
end

local function named(list, name)
  return find(list, "name", name) or find(list, "physicalName", name)
end

local function names_of(list)
  local names <const> = {}
  for index = 1, list and #list or 0 do
    names[index] = list[index].name
  end
  return names
end

-- `object.property` and deeper, by names. An object that is not here may be another contract's, unless its name
-- looks like a misspelt one of ours.
local function resolve_short(contract, path)
  local parts <const> = text.split(path, ".")
  local owner = named(contract.schema, parts[1])
  if not owner then
    local near <const> = text.suggest(parts[1], names_of(contract.schema))
    return near == nil, ("there is no object '%s'"):format(parts[1]), near
  end
  for index = 2, #parts do
    local inner <const> = named(owner.properties, parts[index])
    if not inner then
      local near <const> = text.suggest(parts[index], names_of(owner.properties))
      return false, ("'%s' has no property '%s'"):format(owner.name, parts[index]), near
    end
    owner = inner
  end
  return true
end

-- A list or an object, of a view or of a plain tree.
local function is_container(value)
  return type(value) == "userdata" or type(value) == "table"
end

-- `/schema/ID/properties/ID` and deeper, by ids.
local function resolve_full(contract, path)
  local parts <const> = text.split((path:gsub("^/", "")), "/")
  local owner = contract
  for index = 1, #parts, 2 do
    local list <const> = owner[parts[index]]
    local found <const> = is_container(list) and find(list, "id", parts[index + 1])
    if not found then
      return false, ("there is nothing with the id '%s' under '%s'"):format(parts[index + 1], parts[index])
    end
    owner = found
  end
  return true
end

local function check_target(contract, owner, key, value, path, report)
  if value:find("#", 1, true) then
    return -- in another file, which is not read
  end
  local resolve <const> = value:find("/", 1, true) and resolve_full or resolve_short
  local ok <const>, why <const>, near <const> = resolve(contract, value)
  if not ok then
    report("FLOE-E501", owner, key, path, ("the relationship refers to '%s', but %s"):format(value, why), {
      expected = "a property of this contract",
      actual = value,
      suggestions = { near },
    })
  end
end

local function check_ends(contract, relationship, key, path, report)
  local value <const> = relationship[key]
  if type(value) == "string" then
    check_target(contract, relationship, key, value, path .. "." .. key, report)
  elseif value ~= nil then
    for index = 1, #value do
      check_target(contract, value, index, value[index], ("%s.%s[%d]"):format(path, key, index - 1), report)
    end
  end
end

local function size_of(value)
  return is_container(value) and #value or 1
end

-- A property's relationships begin at the property itself: only those of an object have ends on both sides.
local function check_relationships(contract, owner, path, report, inside)
  for index = 1, owner.relationships and #owner.relationships or 0 do
    local relationship <const> = owner.relationships[index]
    local one_path <const> = ("%s.relationships[%d]"):format(path, index - 1)
    local from <const>, to <const> = relationship.from, relationship.to
    if from ~= nil and to ~= nil and (type(from) ~= type(to) or size_of(from) ~= size_of(to)) then
      report("FLOE-E501", relationship, "to", one_path, "'from' and 'to' must name equally many properties", {
        expected = text.count(size_of(from), "property", "properties"),
        actual = text.count(size_of(to), "property", "properties"),
      })
    end
    if not inside then
      check_ends(contract, relationship, "from", one_path, report)
    end
    check_ends(contract, relationship, "to", one_path, report)
  end
  for index = 1, owner.properties and #owner.properties or 0 do
    local inner <const> = owner.properties[index]
    if inner.relationships or inner.properties then
      check_relationships(contract, inner, ("%s.properties[%d]"):format(path, index - 1), report, true)
    end
  end
end

-- ---- service levels ---------------------------------------------------------------------------------------

local PERCENT <const> = { availability = true, av = true, completeness = true, uniqueness = true, accuracy = true,
  errorrate = true, er = true, quality = true }

local DURATION <const> = { freshness = true, latency = true, ly = true, retention = true, re = true, frequency = true,
  fy = true, timetodetect = true, td = true, timetonotify = true, tn = true, timetorepair = true, tr = true }

local UNITS <const> = { "s", "sec", "second", "seconds", "m", "min", "minute", "minutes", "h", "hr", "hour", "hours",
  "d", "day", "days", "w", "week", "weeks", "mo", "month", "months", "y", "yr", "year", "years", "ms", "millisecond",
  "milliseconds" }

--- A percentage: 99.9, "99.9%", "99.9". nil where it is none.
---@param value any
---@return number?
function M.percent(value)
  local number <const> = type(value) == "number" and value
    or type(value) == "string" and tonumber(value:match("^%s*([%d.]+)%s*%%?%s*$"))
  return number and number >= 0 and number <= 100 and number or nil
end

local function check_duration(level, key, name, path, report)
  local value <const>, unit <const> = level.value, level.unit
  if type(value) == "number" or tonumber(value) then
    if unit and not shape.one_of(UNITS, tostring(unit):lower()) then
      local unit_path <const> = path:gsub("%.value$", "") .. ".unit"
      report("FLOE-E504", level, "unit", unit_path, ("'%s' is not a unit of time"):format(unit), {
        expected = "s, m, h, d, w, mo or y",
        actual = tostring(unit),
      })
    end
    return
  elseif type(value) == "string" and regex.find(shape.formats.duration.pattern, value) then
    return
  end
  local seconds <const>, said <const> = duration.seconds(value)
  if seconds then
    return
  end
  report("FLOE-E504", level, key, path, ("the service level '%s' cannot be measured: %s"):format(name, said), {
    expected = shape.formats.duration.says,
    actual = tostring(value),
  })
end

local function check_percent(level, key, name, path, report)
  if level.unit ~= nil and not tostring(level.unit):lower():find("^per") and level.unit ~= "%" then
    return -- measured in something else
  end
  if not M.percent(level.value) then
    report("FLOE-E504", level, key, path, ("the service level '%s' must be a percentage"):format(name), {
      expected = "a percentage such as 99.9%",
      actual = tostring(level.value),
    })
  end
end

--- Checks one service level.
---@param name any what is promised, such as `freshness`; one without a name is the shape's to report
---@param level any its value and unit
---@param key any the member of `level` that holds the value
---@param path string
---@param report function
function M.check_level(name, level, key, path, report)
  local word <const> = type(name) == "string" and name:lower() or nil
  if not word or level.value == nil or type(level.value) == "boolean" then
    return
  elseif DURATION[word] then
    check_duration(level, key, name, path, report)
  elseif PERCENT[word] then
    check_percent(level, key, name, path, report)
  end
end

-- True where some object has a property of that name.
local function has_property(contract, name)
  for index = 1, #contract.schema do
    if named(contract.schema[index].properties, name) then
      return true
    end
  end
  return false
end

-- An element of a known object, or a bare property name, must exist. Objects of other contracts are not ours.
local function missing_element(contract, element)
  local object_name <const>, rest <const> = element:match("^([^.]+)%.(.+)$")
  if not object_name then
    if not has_property(contract, element) then
      return ("no object has a property '%s'"):format(element)
    end
    return nil
  end
  local object <const> = named(contract.schema, object_name)
  if object and object.properties and not resolve_short(contract, object_name .. "." .. rest) then
    return ("'%s' has no property '%s'"):format(object_name, rest)
  end
end

local function check_elements(contract, level, path, report)
  local listed <const> = contract.schema and #contract.schema > 0
  if not listed or type(level.element) ~= "string" then
    return
  end
  for part in level.element:gmatch("[^,%s]+") do
    local why <const> = missing_element(contract, part)
    if why then
      report("FLOE-E501", level, "element", path .. ".element",
        ("the service level '%s' is measured on '%s', but %s"):format(level.property, part, why), {
          expected = "a property of this contract",
          actual = part,
        })
    end
  end
end

-- ---- a whole contract -------------------------------------------------------------------------------------

--- Checks a contract of the standard. `report(code, owner, key, path, message, { expected, actual })`.
---@param contract any the document
---@param settings { version: integer, levels: string[] } 30, 31 or 32; the classifications there are
---@param report fun(code: string, owner: any, key: any, path: string, message: string, more: table)
function M.odcs(contract, settings, report)
  for index = 1, contract.schema and #contract.schema or 0 do
    local object <const> = contract.schema[index]
    local path <const> = ("schema[%d]"):format(index - 1)
    check_quality(object.quality, path, report, settings.version)
    if object.properties then
      check_properties(object.properties, path, report, settings)
    end
    check_relationships(contract, object, path, report)
  end
  for index = 1, contract.slaProperties and #contract.slaProperties or 0 do
    local level <const> = contract.slaProperties[index]
    local path <const> = ("slaProperties[%d]"):format(index - 1)
    M.check_level(level.property, level, "value", path .. ".value", report)
    check_elements(contract, level, path, report)
  end
end

--- Checks a column of the simple forms.
---@param column any
---@param path string
---@param report function
function M.simple_column(column, path, report)
  check_bounds(column, path, report)
  check_expression(column, "pattern", path, report)
end

return M
