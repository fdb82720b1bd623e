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
  type = "library", -- of a quality rule
}

-- Lists whose order means something; all others are sorted.
local ORDERED <const> = set.of { "from", "to", "mustBeBetween", "mustNotBeBetween" }

local canonical

-- A text in JSON; what needs no escapes, which is nearly all, is not handed to the encoder.
local function text_of(value)
  return value:find('[%c"\\\127]') and json.encode(value) or '"' .. value .. '"'
end

local function list_of(list, ordered)
  local parts <const> = {}
  for index = 1, #list do
    parts[index] = canonical(list[index]) or "null"
  end
  if not ordered then
    table.sort(parts)
  end
  return "[" .. table.concat(parts, ",") .. "]"
end

-- Nil for a map in which nothing is left.
local function map_of(map)
  local keys <const>, parts <const> = {}, {}
  for key in next, map do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  for _, key in ipairs(keys) do
    local value <const> = map[key]
    local idle <const> = value == DEFAULTS[key] or key == "primaryKeyPosition" and not map.primaryKey
      or key == "partitionKeyPosition" and not map.partitioned
    local part = nil
    if not idle then
      part = ORDERED[key] and type(value) == "table" and list_of(value, true) or canonical(value)
    end
    if part then
      parts[#parts + 1] = text_of(key) .. ":" .. part
    end
  end
  return #parts > 0 and "{" .. table.concat(parts, ",") .. "}" or nil
end

-- A value as JSON with sorted keys, without what means nothing; nil for an empty list or map.
function canonical(value)
  local kind <const> = type(value)
  if kind == "string" then
    return text_of(value)
  elseif kind == "boolean" then
    return tostring(value)
  elseif kind == "number" then
    local whole <const> = math.tointeger(value)
    return whole and ("%d"):format(whole) or json.encode(value)
  elseif kind ~= "table" then
    return json.encode(value)
  elseif #value > 0 then
    return list_of(value)
  end
  return map_of(value)
end

--- A value as it is hashed: JSON with sorted keys, without what means what its absence means, lists without an order
--- of their own sorted.
---@param value any
---@return string
function M.canonical(value)
  return canonical(value) or "null"
end

--- Whether two values of a member mean the same.
---@param key string the member
---@param a any
---@param b any
---@return boolean
function M.same(key, a, b)
  return a == b or map_of({ [key] = a }) == map_of({ [key] = b })
end

--- The text that is hashed: JSON with sorted keys, without what means nothing.
---@param normal floe.contract.normal
---@return string
function M.text(normal)
  return M.canonical {
    schema = normal.schema,
    slaProperties = normal.slaProperties,
    slaDefaultElement = normal.slaDefaultElement,
  }
end

--- The hash of a contract.
---@param normal floe.contract.normal
---@return string "sha256:…"
function M.of(normal)
  return "sha256:" .. digest.sha256(M.text(normal))
end

return M
