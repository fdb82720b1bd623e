-- Params: whether values that a file gives fit what a policy declares, and which of two values is stricter.

local document <const> = require "host.document"
local policy <const> = require "floe.policy"
local problem <const> = require "manifest.problem"
local shape <const> = require "manifest.shape"
local text <const> = require "floe.text"

local M = {}

--- Whether two plain values are the same.
---@param a any
---@param b any
---@return boolean
function M.equal(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then
    return a == b
  end
  for key, value in pairs(a) do
    if not M.equal(value, b[key]) then
      return false
    end
  end
  for key in pairs(b) do
    if a[key] == nil then
      return false
    end
  end
  return true
end

local function position(list, value)
  for index, item in ipairs(list) do
    if item == value then
      return index
    end
  end
  return 0
end

local function holds_all(list, wanted)
  for _, item in ipairs(wanted) do
    if position(list, item) == 0 then
      return false
    end
  end
  return true
end

-- Each answers true where `value` is at least as strict as `base`, false where it is weaker, and nil where the
-- param declares no direction.
local compare = {}

function compare.number(param, base, value)
  if param.stricter == "higher" then
    return value >= base
  elseif param.stricter == "lower" then
    return value <= base
  end
end
compare.integer = compare.number

function compare.boolean(param, _, value)
  if param.stricter ~= nil then
    return value == param.stricter
  end
end

function compare.enum(param, base, value)
  if param.stricter ~= nil then
    return position(param.stricter, value) >= position(param.stricter, base)
  end
end

function compare.list(param, base, value)
  if param.stricter == "superset" then
    return holds_all(value, base)
  elseif param.stricter == "subset" then
    return holds_all(base, value)
  end
end

-- Tiers add to maps and cannot take away (see overlay). A new name is stricter only where the param says so.
function compare.map(param, base, value)
  for name, item in pairs(value) do
    local answer
    if base[name] ~= nil then
      answer = M.keeps(param.of, base[name], item)
    elseif param.stricter then
      answer = param.stricter == "superset"
    end
    if not answer then
      return answer
    end
  end
  return true
end

--- True where `value` is at least as strict as `base`, false where it is weaker, nil where the param has no
--- direction and the two differ.
---@param param table
---@param base any
---@param value any
---@return boolean?
function M.keeps(param, base, value)
  if base == nil or M.equal(base, value) then
    return true
  end
  local how <const> = compare[param.type]
  return how and how(param, base, value)
end

--- The entries of both tables; where both have one, that of `over`. Either may be nil.
---@param base table?
---@param over table?
---@return table?
function M.merge(base, over)
  if not base or not over then
    return over or base
  end
  local out <const> = {}
  for name, value in pairs(base) do
    out[name] = value
  end
  for name, value in pairs(over) do
    out[name] = value
  end
  return out
end

--- The value after a tier has spoken: maps are merged name by name, everything else is replaced.
---@param param table
---@param base any
---@param value any
---@return any
function M.overlay(param, base, value)
  if param.type ~= "map" or type(base) ~= "table" then
    return value
  end
  return M.merge(base, value)
end

--- The params of a definition with their defaults.
---@param definition table
---@return table<string, any>
function M.defaults(definition)
  local out <const> = {}
  for name, param in pairs(definition.params or {}) do
    out[name] = param.default
  end
  return out
end

-- What is wrong with the name of a time zone somewhere in a value: the policy that declares it cannot know.
local function zone_mistake(param, value)
  if param.type == "timezone" then
    return require("timezone").mistake(value)
  end
  for _, item in pairs(param.of and value or {}) do
    local wrong <const> = zone_mistake(param.of, item)
    if wrong then
      return wrong
    end
  end
end

local function as_fact(param, value)
  if param.type == "list" then
    local out <const> = {}
    for i, item in ipairs(value) do
      out[i] = as_fact(param.of, item)
    end
    return document.list(out)
  elseif param.type == "map" then
    local out <const> = {}
    for name, item in pairs(value) do
      out[name] = as_fact(param.of, item)
    end
    return out
  end
  return value
end

--- Values for the engine: empty lists stay lists.
---@param declared table<string, table>
---@param values table<string, any>
---@return table<string, any>
function M.as_facts(declared, values)
  local out <const> = {}
  for name, value in pairs(values) do
    out[name] = as_fact(declared[name], value)
  end
  return out
end

--- A value in a sentence, as it may be written in YAML: "80", "[not_null, unique]", "{ layer: gold }".
---@param value any plain
---@return string
function M.words(value)
  if type(value) ~= "table" then
    return tostring(value)
  end
  local is_list <const> = #value > 0 or getmetatable(value) ~= nil -- the lists of a file are marked
  local parts <const> = {}
  for _, key in ipairs(shape.sorted_keys(value)) do
    local item <const> = M.words(value[key])
    parts[#parts + 1] = is_list and item or ("%s: %s"):format(key, item)
  end
  local inside <const> = table.concat(parts, ", ")
  return is_list and ("[%s]"):format(inside) or #parts > 0 and ("{ %s }"):format(inside) or "{}"
end

--- Checks the values that a file gives against what a policy declares.
---@param id string the policy's id
---@param definition table
---@param values table<string, any> plain
---@param spot fun(name: string): any, any the view and the key at which the value of a param stands
---@return floe.problem[]
function M.check(id, definition, values, spot)
  local problems <const> = {}
  local declared <const> = definition.params or {}
  for _, name in ipairs(shape.sorted_keys(values)) do
    local param <const> = declared[name]
    local message, hint, suggestions
    if not param then
      local names <const> = shape.sorted_keys(declared)
      local near <const> = text.suggest(tostring(name), names)
      message = ("policy '%s' has no param '%s'"):format(id, name)
      hint = near and ("did you mean '%s'?"):format(near)
        or (#names > 0 and "its params: " .. table.concat(names, ", ") or "it has no params")
      suggestions = { near }
    else
      local ok <const>, why = policy.accepts(param, values[name], name)
      local wrong <const> = ok and zone_mistake(param, values[name])
      why = wrong and wrong.message or why
      message = (wrong or not ok) and ("param of policy '%s': %s"):format(id, why) or nil
      hint = wrong and wrong.hint or param.doc and ("%s: %s"):format(name, param.doc) or nil
      suggestions = wrong and wrong.suggestions
    end
    if message then
      local owner <const>, key <const> = spot(name)
      problems[#problems + 1] = problem.at(owner, key, message, hint, suggestions)
    end
  end
  return problems
end

return M
