-- Changes of what a property's values may be: type, options, enum.

local hash <const> = require "contract.hash"
local pattern <const> = require "contract.pattern"
local set <const> = require "floe.set"
local types <const> = require "contract.types"
local kinds <const> = require "contract.kinds"

local M = {}

local EMPTY <const> = {}

-- ---- type -------------------------------------------------------------------------------------------------

local NUMERIC <const> = set.of { "integer", "number" }

-- A logical type in words, with the width of a number: "integer (i64)".
local function logical_words(element)
  local options <const> = element.logicalTypeOptions
  if NUMERIC[element.logicalType] and options and options.format then
    return ("%s (%s)"):format(element.logicalType, tostring(options.format))
  end
  return element.logicalType
end

local function text_or_nil(value)
  return type(value) == "string" and value or nil
end

-- How two declared types relate, either of which may be absent; nil where nothing changed.
local function relation_of(before, after, relate)
  if before == after then
    return nil
  elseif not before or not after then
    return before and "undeclared" or "declared"
  end
  local relation <const> = relate()
  return relation == "same" and "respelled" or relation
end

local function detail(pair, field, relation)
  if relation ~= "declared" and relation ~= "undeclared" then
    return relation
  end
  pair:report("details_changed", { name = ("'%s'"):format(pair.name), what = field, field = field,
    old = pair.old[field], new = pair.new[field] })
  return nil
end

--- Compares the types of a property: the logical one with its width, and the physical one. One change tells of both.
---@param pair floe.contract.pair
function M.types(pair)
  local old <const>, new <const> = pair.old, pair.new
  local old_logical <const>, new_logical <const> = text_or_nil(logical_words(old)), text_or_nil(logical_words(new))
  local old_physical <const>, new_physical <const> = text_or_nil(old.physicalType), text_or_nil(new.physicalType)
  local logical = relation_of(old_logical, new_logical, function()
    return types.relation(types.logical(old.logicalType, old.logicalTypeOptions),
      types.logical(new.logicalType, new.logicalTypeOptions))
  end)
  local physical = relation_of(old_physical, new_physical, function()
    return types.relation(types.physical(old_physical), types.physical(new_physical))
  end)
  -- One of the two is enough to say the type; that the other comes or goes is a detail.
  local said_before <const>, said_after <const> = old_logical or old_physical, new_logical or new_physical
  if said_before and said_after then
    logical = detail(pair, "logicalType", logical)
    physical = detail(pair, "physicalType", physical)
  end
  local logical_kind <const>, physical_kind <const> = logical and "type_" .. logical, physical and "type_" .. physical
  if not logical_kind and not physical_kind then
    return
  end
  local by_logical <const> = not physical_kind or logical_kind
    and kinds.rank(kinds.all[logical_kind].bump) > kinds.rank(kinds.all[physical_kind].bump)
  pair:report(by_logical and logical_kind or physical_kind, {
    field = by_logical and "logicalType" or "physicalType",
    old = by_logical and old_logical or not by_logical and old_physical or nil,
    new = by_logical and new_logical or not by_logical and new_physical or nil,
  })
end

-- ---- options ----------------------------------------------------------------------------------------------

-- Lower and upper bounds: the member, its exclusive twin, and words.
local BOUNDS <const> = {
  { "minimum", "exclusiveMinimum", 1, "the least value" },
  { "maximum", "exclusiveMaximum", -1, "the greatest value" },
  { "minLength", nil, 1, "the least length" },
  { "maxLength", nil, -1, "the greatest length" },
  { "minItems", nil, 1, "the least number of items" },
  { "maxItems", nil, -1, "the greatest number of items" },
  { "minProperties", nil, 1, "the least number of properties" },
  { "maxProperties", nil, -1, "the greatest number of properties" },
}

local function is_less(a, b)
  if type(a) ~= type(b) or type(a) ~= "number" and type(a) ~= "string" then
    return nil
  end
  return a < b
end

-- The bound that counts, and whether it is itself out: of two the tighter one.
local function bound_of(options, rule)
  local plain <const>, exclusive <const> = options[rule[1]], rule[2] and options[rule[2]]
  if plain == nil or exclusive == nil then
    return plain == nil and exclusive or plain, plain == nil and exclusive ~= nil
  elseif plain == exclusive or is_less(plain, exclusive) == (rule[3] > 0) then
    return exclusive, true
  end
  return plain, false
end

local function bound_words(value, out, direction)
  if value == nil then
    return "none"
  end
  return out and ("%s %s"):format(direction > 0 and "more than" or "less than", value) or value
end

local function bound_kind(old, old_out, new, new_out, direction)
  if old == nil or new == nil then
    return old == nil and "bound_tightened" or "bound_loosened"
  elseif old == new then
    return new_out and "bound_tightened" or "bound_loosened"
  end
  local less <const> = is_less(old, new)
  if less == nil or old_out == nil then
    return "bound_changed"
  end
  return less == (direction > 0) and "bound_tightened" or "bound_loosened"
end

local function options_report(pair, kind, member, about)
  about.members = { "logicalTypeOptions", member }
  about.field = member
  pair:report(kind, about)
end

local function compare_bounds(pair, old, new)
  for _, rule in ipairs(BOUNDS) do
    local before <const>, before_out <const> = bound_of(old, rule)
    local after <const>, after_out <const> = bound_of(new, rule)
    if before ~= after or before_out ~= after_out then
      local member <const> = (after_out or after == nil and before_out) and rule[2] or rule[1]
      options_report(pair, bound_kind(before, before_out, after, after_out, rule[3]), member, {
        what = rule[4], old = bound_words(before, before_out, rule[3]), new = bound_words(after, after_out, rule[3]),
      })
    elseif not hash.same(rule[1], old[rule[1]], new[rule[1]])
      or rule[2] and not hash.same(rule[2], old[rule[2]], new[rule[2]]) then
      options_report(pair, "details_changed", rule[1], { name = ("'%s'"):format(pair.name), what = rule[1] })
    end
  end
end

local function divides(divisor, number)
  local rest <const> = number / divisor
  return math.abs(rest - math.floor(rest + 0.5)) < 1e-9
end

local function multiple_kind(old, new)
  if old == nil or new == nil then
    return old == nil and "bound_tightened" or "bound_loosened"
  elseif type(old) ~= "number" or type(new) ~= "number" or old == 0 or new == 0 then
    return "bound_changed"
  end
  return divides(old, new) and "bound_tightened" or divides(new, old) and "bound_loosened" or "bound_changed"
end

local function compare_required_members(pair, old, new)
  local before <const>, after <const> = set.of(old or EMPTY), set.of(new or EMPTY)
  for _, side in ipairs { { after, before, "required_added" }, { before, after, "required_removed" } } do
    for _, name in ipairs(set.list(set.difference(side[1], side[2]))) do
      options_report(pair, side[3], "required", { name = ("%s.%s"):format(pair.name, name) })
    end
  end
end

local SIMPLE <const> = {}

function SIMPLE.pattern(pair, old, new)
  local kind = "pattern_changed"
  if old == nil or new == nil then
    kind = old == nil and "pattern_tightened" or "pattern_loosened"
  elseif type(old) == "string" and type(new) == "string" then
    kind = "pattern_" .. pattern.relation(old, new)
    if kind == "pattern_same" then
      options_report(pair, "details_changed", "pattern", { name = ("'%s'"):format(pair.name), what = "the pattern" })
      return
    end
  end
  options_report(pair, kind, "pattern", { old = old, new = new })
end

function SIMPLE.format(pair, old, new)
  if NUMERIC[pair.old.logicalType] and NUMERIC[pair.new.logicalType] then
    return -- a part of the type
  end
  local kind <const> = old == nil and "format_added" or new == nil and "format_removed" or "format_changed"
  options_report(pair, kind, "format", { old = old, new = new })
end

function SIMPLE.multipleOf(pair, old, new)
  options_report(pair, multiple_kind(old, new), "multipleOf", { what = "the step", old = old, new = new })
end

function SIMPLE.uniqueItems(pair, _, new)
  options_report(pair, new == true and "bound_tightened" or "bound_loosened", "uniqueItems", {
    what = "the variety of items", old = new == true and "any" or "each once",
    new = new == true and "each once" or "any",
  })
end

SIMPLE.required = compare_required_members

local TELLING <const> = set.of {
  "timezone", "defaultTimezone", "dimensions", "elementType", "distanceMetric", "embeddingModel",
  "embeddingModelVersion", "normalized",
}

local BOUND_MEMBERS <const> = {}
for _, rule in ipairs(BOUNDS) do
  BOUND_MEMBERS[rule[1]] = true
  BOUND_MEMBERS[rule[2] or rule[1]] = true
end

--- Compares the logicalTypeOptions of a property.
---@param pair floe.contract.pair
function M.options(pair)
  if pair.old.logicalTypeOptions == nil and pair.new.logicalTypeOptions == nil then
    return
  end
  local old <const>, new <const> = pair.old.logicalTypeOptions or EMPTY, pair.new.logicalTypeOptions or EMPTY
  compare_bounds(pair, old, new)
  for _, member in ipairs(set.list(set.union(set.of(M.members(old)), set.of(M.members(new))))) do
    local before <const>, after <const> = old[member], new[member]
    if not BOUND_MEMBERS[member] and not hash.same(member, before, after) then
      if SIMPLE[member] then
        SIMPLE[member](pair, before, after)
      elseif TELLING[member] then
        options_report(pair, "option_changed", member, { what = member, old = before, new = after })
      else
        options_report(pair, "details_changed", member, { name = ("'%s'"):format(pair.name), what = member })
      end
    end
  end
end

--- The keys of a map.
---@param map table
---@return string[]
function M.members(map)
  local out <const> = {}
  for key in pairs(map) do
    out[#out + 1] = key
  end
  return out
end

-- ---- enum -------------------------------------------------------------------------------------------------

local function enum_values(list)
  local out <const>, order <const> = {}, {}
  for index, entry in ipairs(list or EMPTY) do
    if entry.value ~= nil then
      local key <const> = type(entry.value) .. tostring(entry.value)
      if not out[key] then
        order[#order + 1] = key
      end
      out[key] = { value = entry.value, index = index }
    end
  end
  return out, order
end

local function shown(list)
  local out <const> = {}
  for index, entry in ipairs(list) do
    out[index] = entry.value
  end
  return out
end

local function quoted(value)
  return type(value) == "string" and ("'%s'"):format(value) or tostring(value)
end

--- Compares the values that a property may have.
---@param pair floe.contract.pair
function M.enum(pair)
  local old <const>, new <const> = pair.old.enum or EMPTY, pair.new.enum or EMPTY
  if #old == 0 or #new == 0 then
    if #new > 0 then
      pair:report("enum_added", { field = "enum", new = shown(new) })
    elseif #old > 0 then
      pair:report("enum_removed", { field = "enum", old = shown(old) })
    end
    return
  end
  local before <const>, before_order <const> = enum_values(old)
  local after <const>, after_order <const> = enum_values(new)
  local same = true
  for _, key in ipairs(before_order) do
    if not after[key] then
      same = false
      pair:report("enum_value_removed", { field = "enum", old = quoted(before[key].value),
        old_members = { "enum", before[key].index } })
    end
  end
  for _, key in ipairs(after_order) do
    if not before[key] then
      same = false
      pair:report("enum_value_added", { field = "enum", new = quoted(after[key].value),
        new_members = { "enum", after[key].index } })
    end
  end
  if same and not hash.same("enum", old, new) then
    pair:report("enum_described", { field = "enum" })
  end
end

return M
