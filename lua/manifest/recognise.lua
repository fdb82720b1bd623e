-- Whether a plain tree has a shape: yes or no, without places, paths and words. It is many times faster than
-- `manifest.shape.check`, for who asks about thousands of files of which nearly all are right; what is not recognised
-- is given to that, which says why.
--
-- Each shape becomes a function, once: `function(value) → boolean`.

local regex <const> = require "host.regex"
local shape <const> = require "manifest.shape"

local M = {}

local made <const> = setmetatable({}, { __mode = "k" })

local function yes()
  return true
end

local make

-- The function of a shape. One that contains itself refers to what becomes of it.
local function of(node)
  local found = made[node]
  if not found then
    made[node] = function(value)
      return made[node](value)
    end
    found = make(node)
    made[node] = found
  end
  return found
end

local IS <const> = {}

function IS.string(value)
  return type(value) == "string"
end

function IS.boolean(value)
  return type(value) == "boolean"
end

function IS.number(value)
  return type(value) == "number"
end

function IS.integer(value)
  return math.type(value) == "integer"
end

function IS.list(value)
  return type(value) == "table" and (#value > 0 or getmetatable(value) == false)
end

function IS.object(value)
  return type(value) == "table" and #value == 0 and getmetatable(value) ~= false
end

IS.map = IS.object
IS.any = yes

local function any_of(list)
  local set <const> = {}
  for _, one in ipairs(list) do
    set[one] = true
  end
  return function(value)
    return set[value] == true
  end
end

local function in_range(size, low, high)
  return not (low and size < low) and not (high and size > high)
end

-- ---- by type ----------------------------------------------------------------------------------------------

local MAKE <const> = {}

function MAKE.string(node)
  if node.enum then
    return any_of(node.enum)
  end
  local rule <const> = node.format and shape.formats[node.format] or node
  if rule.mistake then
    return function(value)
      return not rule.mistake(value) and in_range(#value, node.min_length, node.max_length)
    end
  end
  local pattern <const> = rule.pattern
  local reserved <const> = node.reserved and any_of(node.reserved)
  if not pattern and not reserved and not node.min_length and not node.max_length then
    return yes
  end
  return function(value)
    return in_range(#value, node.min_length, node.max_length) and (not pattern or regex.find(pattern, value) ~= nil)
      and not (reserved and reserved(value))
  end
end

function MAKE.number(node)
  if node.enum then
    return any_of(node.enum)
  elseif not node.minimum and not node.maximum then
    return yes
  end
  return function(value)
    return in_range(value, node.minimum, node.maximum)
  end
end
MAKE.integer = MAKE.number

function MAKE.boolean(node)
  return node.enum and any_of(node.enum) or yes
end

function MAKE.any()
  return yes
end

-- No two items have one name; `unique` is the member that names them, or true where it is the item itself.
local function all_differ(list, unique)
  local seen <const> = {}
  for index = 1, #list do
    local name = list[index]
    if unique ~= true then
      name = type(name) == "table" and name[unique] or nil
    end
    if name ~= nil and type(name) ~= "table" then
      if seen[name] then
        return false
      end
      seen[name] = true
    end
  end
  return true
end

function MAKE.list(node)
  local item <const>, unique <const> = of(node.items), node.unique
  return function(list)
    local size <const> = #list
    for index = 1, size do
      if not item(list[index]) then
        return false
      end
    end
    return in_range(size, node.min_items, node.max_items) and (not unique or all_differ(list, unique))
  end
end

function MAKE.map(node)
  local name <const> = node.keys and MAKE.string(node.keys) or yes
  local member <const> = node.values and of(node.values) or yes
  return function(map)
    for key, value in next, map do
      if not name(key) or not member(value) then
        return false
      end
    end
    return true
  end
end

-- Which members an object may have beside its fields.
local function others_of(node)
  local forbidden <const> = {}
  for _, rule in ipairs(node.forbidden or {}) do
    for _, name in ipairs(rule.names) do
      forbidden[name] = true
    end
  end
  local member <const> = type(node.additional) == "table" and of(node.additional) or nil
  return function(value, _, key)
    if forbidden[key] then
      return false
    elseif member then
      return member(value)
    end
    return node.additional == true or node.extensions == true and key:sub(1, 2) == "x-"
  end
end

-- Whether an object has all of some members.
local function has_all(object, names)
  for index = 1, #names do
    if object[names[index]] == nil then
      return false
    end
  end
  return true
end

local function field_of(field)
  if not field.depends then
    return of(field)
  end
  return function(value, owner)
    return of(field.depends(owner) or field)(value)
  end
end

-- Most members are texts and truth values without rules of their own: `kinds` says which, and saves the call.
function MAKE.object(node)
  local fields <const>, kinds <const>, required <const>, others <const> = {}, {}, {}, others_of(node)
  for _, field in ipairs(node.fields or {}) do
    local name <const> = field[1]
    fields[name] = field_of(field)
    kinds[name] = fields[name] == IS.string and "string" or fields[name] == IS.boolean and "boolean" or nil
    required[#required + 1] = field.required and name or nil
  end
  return function(object)
    for key, value in next, object do
      local kind <const> = kinds[key]
      if kind then
        if type(value) ~= kind then
          return false
        end
      elseif not (fields[key] or others)(value, object, key) then
        return false
      end
    end
    return has_all(object, required)
  end
end

-- ---- a shape ----------------------------------------------------------------------------------------------

-- A shape's own check behind its rules.
local function with_check(check, rules)
  if not check then
    return rules
  end
  return function(value)
    local right = rules(value)
    if right then
      check(value, function()
        right = false
      end)
    end
    return right
  end
end

-- A shape without choices.
local function make_one(node)
  local kind <const> = node.type or "any"
  local is <const>, rules <const> = IS[kind], MAKE[kind](node)
  return with_check(node.check, rules == yes and is or function(value)
    return is(value) and rules(value)
  end)
end

-- Of several choices the first one counts whose type is that of the value.
function make(node)
  if not node.either then
    return make_one(node)
  end
  local rules <const> = {}
  for index, choice in ipairs(node.either) do
    rules[index] = { IS[choice.type or "any"], of(choice) }
  end
  return with_check(node.check, function(value)
    for index = 1, #rules do
      if rules[index][1](value) then
        return rules[index][2](value)
      end
    end
    return false
  end)
end

--- Whether a plain tree has a shape. False does not mean that it has not: rules that a shape gives for everything
--- below it are not looked at, and then nothing is recognised.
---@param node table
---@param value any plain, its lists' nulls as host.json's null (`host.document.plain(view, true)`)
---@return boolean
function M.accepts(node, value)
  for _, rule in ipairs(node.forbidden or {}) do
    if rule.deep then
      return false
    end
  end
  return of(node)(value) == true
end

return M
