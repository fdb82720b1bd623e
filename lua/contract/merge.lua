-- Merges what is known from elsewhere into a contract that somebody wrote. What is written wins, always; what it leaves
-- open is filled; nothing that it says is lost, whether the standard knows it or not. Each place where both sides say
-- something else is a conflict.
--
-- A table whose columns are written has these columns and no others: to promise a column is for its author to decide.

local contracts <const> = require "floe.contract"
local hash <const> = require "contract.hash"
local json <const> = require "host.json"
local promise <const> = require "contract.promise"
local set <const> = require "floe.set"

local M = {}

---@class floe.contract.conflict
---@field kind "value"|"type"|"classification"|"text" a text is one for people: a description, a list of tags
---@field path string "gold_customers.email.required"
---@field trail any[] keys and indices in the contract that was written
---@field mine table the part of the contract that was written
---@field part table the part of the other side
---@field key string
---@field kept any what counts
---@field other any
---@field file string? where the other side says it
---@field line integer?
---@field column integer?

---@class floe.contract.merging
---@field place fun(part: table, key: string?): string?, integer?, integer? where the other side says something
---@field is_same (fun(written: table, other: table): boolean)? whether two tables are one; by their names otherwise

-- Members that say how a part is called or written, not what it promises.
local NAMES <const> = set.of {
  "apiVersion", "kind", "id", "name", "version", "status", "dataProduct", "team", "physicalName", "physicalType",
  "businessName",
}

local TEXTS <const> = set.of { "description", "tags", "businessName" }

-- Lists of a part that are merged by themselves.
local LISTS <const> = set.of { "schema", "properties", "slaProperties", "quality", "relationships" }

local Merging = {}
Merging.__index = Merging

-- Where a part stands in the contract: below another part, by its key or its list's key and its index, under a name.
-- The whole trail and path are made where there is a conflict to tell.
---@class floe.contract.spot
---@field above floe.contract.spot?
---@field key string?
---@field index integer?
---@field name string?

local function trail_of(at)
  local out <const> = at.above and trail_of(at.above) or {}
  out[#out + 1] = at.key
  out[#out + 1] = at.index
  return out
end

local function path_of(at)
  local above <const> = at.above and path_of(at.above)
  return above and ("%s.%s"):format(above, at.name) or at.name
end

local function sorted_keys(part)
  local keys <const> = {}
  for key in pairs(part) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  return keys
end

-- A conflict about a member of the part at `at`.
function Merging:conflict(kind, at, key, written, other)
  local path <const>, trail <const> = path_of(at), trail_of(at)
  trail[#trail + 1] = key
  local one <const> = {
    kind = kind, path = path and ("%s.%s"):format(path, key) or key, trail = trail,
    mine = written, part = other, key = key, kept = written[key], other = other[key],
  }
  one.file, one.line, one.column = self.place(other, key)
  self.conflicts[#self.conflicts + 1] = one
end

-- Fills a member, or tells of the conflict; `kind` nil: whatever is written counts, and that is no conflict.
function Merging:member(key, written, other, at, kind)
  if written[key] == nil then
    written[key] = other[key]
  elseif kind and not hash.same(key, written[key], other[key]) then
    self:conflict(kind, at, key, written, other)
  end
end

-- Adds the items of a list that say something new by `key_of`.
local function add_new(written, other, member, key_of)
  if not other[member] then
    return
  elseif not written[member] then
    written[member] = other[member]
    return
  end
  local known <const> = {}
  for _, item in ipairs(written[member]) do
    known[key_of(item)] = true
  end
  for _, item in ipairs(other[member]) do
    if not known[key_of(item)] then
      table.insert(written[member], item)
    end
  end
end

local function rule_key(rule)
  return tostring(rule.metric or rule.name or json.encode(hash.canonical(rule)))
end

local function relationship_key(one)
  return json.encode(hash.canonical { to = one.to })
end

-- ---- columns ----------------------------------------------------------------------------------------------

-- The families of types met so far: a project has thousands of columns and few types.
local families <const> = {}

local function family_of_type(name)
  local known = families[name]
  if known == nil then
    known = contracts.type_family(name) or false
    families[name] = known
  end
  return known
end

local function family_of(property)
  return family_of_type(property.physicalType or "") or family_of_type(property.logicalType or "") or nil
end

-- Types are one promise in two words: both are filled from a side that means the same, or neither.
function Merging:types(written, other, at)
  if written.logicalType == nil and written.physicalType == nil then
    written.logicalType, written.physicalType = other.logicalType, other.physicalType
    return
  end
  local mine <const>, theirs <const> = family_of(written), family_of(other)
  if mine and theirs and mine ~= theirs then
    local key <const> = written.physicalType ~= nil and other.physicalType ~= nil and "physicalType" or "logicalType"
    self:conflict("type", at, written[key] ~= nil and key or "physicalType", written, other)
  elseif mine and mine == theirs then
    self:member("logicalType", written, other, at)
    self:member("physicalType", written, other, at)
  end
end

-- The key is one promise of the whole table: a column joins it only where the contract names no key.
function Merging:key(written, other, at, has_key)
  if other.primaryKey ~= true or written.primaryKey == true then
    return
  elseif written.primaryKey == nil and not has_key then
    written.primaryKey, written.primaryKeyPosition = true, other.primaryKeyPosition
  else
    self:conflict("value", at, "primaryKey", written, other)
  end
end

local TYPED <const> = set.of { "logicalType", "physicalType", "primaryKey", "primaryKeyPosition" }

function Merging:property(written, other, at, has_key)
  self:types(written, other, at)
  self:key(written, other, at, has_key)
  add_new(written, other, "quality", rule_key)
  add_new(written, other, "relationships", relationship_key)
  for _, key in ipairs(sorted_keys(other)) do
    if not TYPED[key] and not LISTS[key] then
      self:member(key, written, other, at, TEXTS[key] and "text" or not NAMES[key]
        and (key == "classification" and key or "value") or nil)
    end
  end
end

local function has_key(object)
  for _, property in ipairs(object.properties or {}) do
    if property.primaryKey == true then
      return true
    end
  end
  return false
end

local function by_name(properties)
  local out <const> = {}
  for _, property in ipairs(properties or {}) do
    local name <const> = type(property.name) == "string" and property.name:lower()
    out[name or ""] = out[name or ""] or property
  end
  return out
end

-- ---- tables and service levels ----------------------------------------------------------------------------

function Merging:object(written, other, at)
  for _, key in ipairs(sorted_keys(other)) do
    if not LISTS[key] then
      self:member(key, written, other, at, TEXTS[key] and "text" or not NAMES[key] and "value" or nil)
    end
  end
  add_new(written, other, "quality", rule_key)
  if not written.properties or #written.properties == 0 then
    written.properties = other.properties
    return
  end
  local known <const>, keyed <const> = by_name(other.properties), has_key(written)
  for index, property in ipairs(written.properties) do
    local same <const> = type(property.name) == "string" and known[property.name:lower()]
      or type(property.physicalName) == "string" and known[property.physicalName:lower()]
    if same then
      self:property(property, same, { above = at, key = "properties", index = index, name = property.name }, keyed)
    end
  end
end

local function is_named_alike(written, other)
  local theirs <const> = { name = other.name, physical_name = other.physicalName }
  return contracts.names_table(written.name, theirs) or contracts.names_table(written.physicalName, theirs)
end

function Merging:schema(written, other)
  if not written.schema or #written.schema == 0 then
    written.schema = other.schema
    return
  end
  for _, object in ipairs(other.schema or {}) do
    for index, mine in ipairs(written.schema) do
      if type(mine.name) == "string" and self.is_same(mine, object) then
        self:object(mine, object, { key = "schema", index = index, name = mine.name })
        break
      end
    end
  end
end

function Merging:levels(written, other)
  local levels <const> = written.slaProperties or json.array {}
  for _, level in ipairs(other.slaProperties or {}) do
    local found
    for index, mine in ipairs(levels) do
      if promise.level_name(mine.property) == promise.level_name(level.property) then
        found = true
        if promise.level_relation(mine, level) ~= "same" then
          local path <const> = ("slaProperties.%s"):format(level.property)
          self:conflict("value", { key = "slaProperties", index = index, name = path }, "value", mine, level)
        end
      end
    end
    if not found then
      levels[#levels + 1] = level
    end
  end
  written.slaProperties = #levels > 0 and levels or nil
end

--- Merges what another side knows into a contract, in place.
---@param written floe.contract.normal
---@param other floe.contract.normal
---@param options floe.contract.merging
---@return floe.contract.conflict[]
function M.into(written, other, options)
  local self <const> = setmetatable({
    conflicts = {}, place = options.place, is_same = options.is_same or is_named_alike,
  }, Merging)
  local at <const> = {}
  for _, key in ipairs(sorted_keys(other)) do
    if not LISTS[key] then
      self:member(key, written, other, at, TEXTS[key] and "text" or not NAMES[key] and "value" or nil)
    end
  end
  self:schema(written, other)
  self:levels(written, other)
  return self.conflicts
end

-- ---- words ------------------------------------------------------------------------------------------------

--- A value as messages show it.
---@param value any
---@return string
function M.show(value)
  if type(value) == "table" then
    return json.encode(hash.canonical(value))
  end
  return tostring(value)
end

--- A service level's value with its unit.
---@param level table
---@return string
function M.show_level(level)
  local unit <const> = level.unit
  return unit and ("%s %s"):format(M.show(level.value), tostring(unit)) or M.show(level.value)
end

return M
