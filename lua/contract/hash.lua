-- The hash by which a contract's version is known: of what it promises (schema and service levels), not of how it is
-- written. Two contracts whose comparison finds nothing there have one hash; any change found there makes another.

local digest <const> = require "host.digest"
local json <const> = require "host.json"
local set <const> = require "floe.set"

local M = {}

-- Values that mean what their absence means.
local DEFAULTS <const> = {
  required = false,
  unique = false,
  primaryKey = false,
  partitioned = false,
  criticalDataElement = false,
  deprecated = false,
  primaryKeyPosition = -1,
  partitionKeyPosition = -1,
  semanticType = "column",
  uniqueItems = false,
  normalized = false,
}

-- Lists whose order means something; all others are sorted.
local ORDERED <const> = set.of { "from", "to", "mustBeBetween", "mustNotBeBetween" }

local canonical

local function canonical_list(list, ordered)
  local out <const>, keys <const> = {}, {}
  for index = 1, #list do
    out[index] = canonical(list[index])
  end
  if not ordered then
    for _, item in ipairs(out) do
      keys[item] = type(item) == "table" and json.encode(item) or type(item) .. tostring(item)
    end
    table.sort(out, function(a, b)
      return keys[a] < keys[b]
    end)
  end
  return json.array(out)
end

local function is_empty(value)
  return type(value) == "table" and next(value) == nil
end

local function canonical_map(map)
  local out <const> = {}
  for key, value in pairs(map) do
    if value ~= DEFAULTS[key] and not is_empty(value) then
      if type(value) == "table" and #value > 0 then
        out[key] = canonical_list(value, ORDERED[key])
      else
        out[key] = canonical(value)
      end
    end
  end
  if not map.primaryKey then
    out.primaryKeyPosition = nil
  end
  if not map.partitioned then
    out.partitionKeyPosition = nil
  end
  return out
end

function canonical(value)
  if type(value) == "number" then
    return math.tointeger(value) or value
  elseif type(value) ~= "table" then
    return value
  elseif #value > 0 then
    return canonical_list(value)
  end
  return canonical_map(value)
end

--- A value as it is hashed: without what means what its absence means, lists without an order of their own sorted.
---@param value any
---@return any
function M.canonical(value)
  return canonical(value)
end

--- Whether two values of a member mean the same.
---@param key string the member
---@param a any
---@param b any
---@return boolean
function M.same(key, a, b)
  if a == b then
    return true
  end
  return json.encode(canonical { [key] = a }) == json.encode(canonical { [key] = b })
end

--- The text that is hashed: JSON with sorted keys, without what means nothing.
---@param normal floe.contract.normal
---@return string
function M.text(normal)
  return json.encode(canonical {
    schema = normal.schema,
    slaProperties = normal.slaProperties,
    slaDefaultElement = normal.slaDefaultElement,
  })
end

--- The hash of a contract.
---@param normal floe.contract.normal
---@return string "sha256:…"
function M.of(normal)
  return "sha256:" .. digest.sha256(M.text(normal))
end

return M
