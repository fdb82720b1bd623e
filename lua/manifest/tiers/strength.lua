-- Which of two values is the stricter one, in the orders that the table of rules names.

local modes <const> = require "enforce.modes"
local set <const> = require "floe.set"
local params <const> = require "enforce.params"

local M = {}

local orders = {}

function orders.higher(above, below)
  return below >= above
end

function orders.lower(above, below)
  return below <= above
end

-- How long something is kept.
function orders.longer(above, below)
  local seconds <const> = require("evidence.rules").seconds
  return (seconds(below) or 0) >= (seconds(above) or 0)
end

function orders.mode(above, below)
  return modes.compare(modes.read(below), modes.read(above)) >= 0
end

local function holds_all(list, wanted)
  local has <const> = set.of(list)
  for _, item in ipairs(wanted) do
    if not has[item] then
      return false
    end
  end
  return true
end

function orders.superset(above, below)
  return holds_all(below, above)
end

function orders.subset(above, below)
  return holds_all(above, below)
end

-- A service level, as an amount or as { value, unit }.
local function level(name, value)
  if type(value) == "table" then
    return { property = name, value = value.value, unit = value.unit }
  end
  return { property = name, value = value }
end

function orders.level(above, below, name)
  local relation <const> = require("contract.promise").level_relation(level(name, above), level(name, below))
  return relation == "same" or relation == "tightened"
end

local function rank(words, value)
  for index, word in ipairs(words) do
    if word == value then
      return index
    end
  end
  return 0
end

--- Whether a lower tier's value is at least as strict as that of a tier above.
---@param order any of a rule
---@param above any plain
---@param below any plain
---@param name string the field's last key
---@return boolean
function M.keeps(order, above, below, name)
  if params.equal(above, below) then
    return true
  elseif type(order) == "table" then
    return rank(order, below) >= rank(order, above)
  elseif type(order) == "boolean" then
    return below == order
  end
  local keeps <const> = orders[order]
  return type(above) == type(below) and keeps(above, below, name)
    or order == "level" and keeps(above, below, name)
end

return M
