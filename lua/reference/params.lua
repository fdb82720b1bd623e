-- The params of policies in words: what they may hold, and what a lower tier may do to them.
local set <const> = require "floe.set"

local M = {}

local PLURALS <const> = {
  string = "texts", regex = "regular expressions", timezone = "time zones", window = "windows of time",
  integer = "integers", number = "numbers", boolean = "booleans",
}
local SINGULARS <const> = {
  string = "text", regex = "regular expression", timezone = "time zone", window = "window of time",
}

local function bounds(param)
  if param.min and param.max then
    return (" from %s to %s"):format(param.min, param.max)
  end
  return param.min and (" from %s"):format(param.min) or param.max and (" up to %s"):format(param.max) or ""
end

--- What a param may hold: "integer from 0 to 100", "list of texts", "a | b".
---@param param floe.param
---@return string
function M.type(param)
  if param.type == "enum" then
    return table.concat(param.values, " | ")
  elseif not param.of then
    return (SINGULARS[param.type] or param.type) .. bounds(param)
  end
  local of <const> = param.of
  local items = PLURALS[of.type]
  if of.type == "enum" then
    items = M.type(of)
  elseif of.of then
    items = M.type(of):gsub("^%l+", "%0s")
  end
  return ("%s of %s%s"):format(param.type, items, bounds(of))
end

-- Tiers are merged name by name, so no tier can take a name out of a map: that "subset" is stricter means there that
-- none is added.
local CHANGES <const> = {
  value = { higher = "raise it", lower = "lower it", superset = "add items", subset = "remove items" },
  map = { superset = "add names" },
  inside = {
    higher = "raise values", lower = "lower values", superset = "add to its lists", subset = "shorten its lists",
  },
}

local function change(param, words)
  local stricter <const> = param.stricter
  if type(stricter) == "table" then
    return "move on: " .. table.concat(stricter, " → ")
  elseif type(stricter) == "boolean" then
    return ("set it to %s"):format(stricter)
  end
  return words[stricter]
end

--- What a lower tier may do to a value that a higher one has set, such as "raise it"; nil for nothing.
---@param param floe.param
---@return string?
function M.stricter(param)
  if param.type ~= "map" then
    return change(param, CHANGES.value)
  end
  local names <const>, values <const> = change(param, CHANGES.map), change(param.of, CHANGES.inside)
  return names and values and names .. ", " .. values or names or values
end

--- The names of a policy's params, in one order everywhere.
---@param params table<string, floe.param>
---@return string[]
function M.names(params)
  return set.list(params)
end

return M
