-- Changes of the elements of a schema: tables, their columns, and what is nested in those.

local classification <const> = require "floe.classification"
local hash <const> = require "contract.hash"
local match <const> = require "contract.compare.match"
local promises <const> = require "contract.compare.promises"
local set <const> = require "floe.set"
local values <const> = require "contract.compare.values"

local M = {}

local EMPTY <const> = {}

-- ---- what tables and columns share ------------------------------------------------------------------------

-- Members that are compared by themselves; what is left is told as a detail.
local KNOWN <const> = set.of {
  "name", "physicalName", "physicalType", "logicalType", "logicalTypeOptions", "required", "unique", "primaryKey",
  "partitioned", "classification", "enum", "properties", "items", "map", "quality", "relationships", "description",
  "tags", "deprecated", "primaryKeyPosition", "partitionKeyPosition",
}

local function quoted(name)
  return ("'%s'"):format(name)
end

local function compare_words(pair)
  local old <const>, new <const> = pair.old, pair.new
  local name <const> = quoted(pair.name)
  if not hash.same("description", old.description, new.description) then
    pair:report("description_changed", { name = name, field = "description", old = old.description,
      new = new.description })
  end
  if not hash.same("tags", old.tags, new.tags) then
    pair:report("tags_changed", { name = name, field = "tags", old = old.tags, new = new.tags })
  end
  for _, member in ipairs(promises.differing(old, new, KNOWN)) do
    pair:report("details_changed", { name = name, what = member, field = member, old = old[member],
      new = new[member] })
  end
  if (old.deprecated == true) ~= (new.deprecated == true) then
    pair:report(new.deprecated and "deprecated" or "undeprecated", { field = "deprecated" })
  end
end

-- The names by which an element is known: its own, and that in the data source.
local function compare_names(pair, renamed, moved, guess)
  local old <const>, new <const> = pair.old, pair.new
  local is_renamed <const> = old.name ~= new.name
  if is_renamed then
    pair:report(renamed, { field = "name", guess = guess,
      old = pair.parent:called(old.name), new = pair.parent:called(new.name) })
  end
  if old.physicalName == new.physicalName then
    return
  end
  local before <const>, after <const> = old.physicalName or old.name, new.physicalName or new.name
  if before ~= after then
    pair:report(moved, { field = "physicalName", old = before, new = after })
  else
    pair:report("details_changed", { name = quoted(pair.name), what = "physicalName", field = "physicalName",
      old = old.physicalName, new = new.physicalName })
  end
end

-- ---- keys -------------------------------------------------------------------------------------------------

-- The names of the properties that a flag marks, by their positions; without positions by name. `renames` says what
-- they are called today.
local function marked(list, flag, position, renames)
  local out <const> = {}
  for index, property in ipairs(list or EMPTY) do
    if property[flag] == true and property.name then
      local at <const> = tonumber(property[position]) or -1
      out[#out + 1] = { name = renames and renames[index] or property.name, at = at > 0 and at or math.huge }
    end
  end
  table.sort(out, function(a, b)
    if a.at ~= b.at then
      return a.at < b.at
    end
    return a.name < b.name
  end)
  for index, entry in ipairs(out) do
    out[index] = entry.name
  end
  return out
end

-- Where the properties of a key say to stand, as a text.
local function positions(list, flag, position)
  local out <const> = {}
  for _, property in ipairs(list or EMPTY) do
    if property[flag] == true and property.name then
      out[#out + 1] = ("%s %s"):format(property.name, property[position] or -1)
    end
  end
  table.sort(out)
  return table.concat(out, "\n")
end

local function primary_key_kind(before, after)
  if #before == 0 or #after == 0 then
    return #before == 0 and "primary_key_added" or "primary_key_removed"
  end
  return hash.same("key", before, after) and "primary_key_reordered" or "primary_key_changed"
end

local function compare_key(pair, renames, flag, position, kind_of)
  local old <const>, new <const> = pair.old.properties, pair.new.properties
  local before <const>, after <const> = marked(old, flag, position, renames), marked(new, flag, position)
  if table.concat(before, "\n") ~= table.concat(after, "\n") then
    pair:report(kind_of(before, after), { old = before, new = after })
  elseif positions(old, flag, position) ~= positions(new, flag, position) and not next(renames) then
    pair:report("details_changed", { name = quoted(pair.name), what = position })
  end
end

local function compare_keys(pair, renames)
  compare_key(pair, renames, "primaryKey", "primaryKeyPosition", primary_key_kind)
  compare_key(pair, renames, "partitioned", "partitionKeyPosition", function()
    return "partitioning_changed"
  end)
end

-- ---- properties -------------------------------------------------------------------------------------------

local RANKS <const> = classification.ranks(classification.ORDER)

local function rank_of(word)
  if word == nil then
    return 0
  end
  return tonumber(word) or RANKS[tostring(word):lower()]
end

local function compare_classification(pair)
  local old <const>, new <const> = pair.old.classification, pair.new.classification
  if old == new then
    return
  end
  local before <const>, after <const> = rank_of(old), rank_of(new)
  local kind = "classification_changed"
  if before and after and before ~= after and (type(tonumber(old)) == type(tonumber(new)) or not old or not new) then
    kind = after > before and "classification_raised" or "classification_lowered"
  end
  pair:report(kind, { field = "classification", old = old, new = new })
end

local compare_properties

-- Whether two trees are equal, quickly: most of a contract did not change.
local function equal(a, b)
  if a == b then
    return true
  elseif type(a) ~= "table" or type(b) ~= "table" then
    return false
  end
  for key, value in next, a do
    local other <const> = b[key]
    if value ~= other and not (type(value) == "table" and equal(value, other)) then
      return false
    end
  end
  for key in next, b do
    if a[key] == nil then
      return false
    end
  end
  return true
end
M.equal = equal

-- A primary key is never null, and one of a single column names one row: that need not be said again.
local function is_required(property)
  return property.required == true or property.primaryKey == true
end

local function is_unique(property, owner)
  local keys = 0
  for _, other in ipairs(property.primaryKey == true and owner.properties or EMPTY) do
    keys = keys + (other.primaryKey == true and 1 or 0)
  end
  return property.unique == true or keys == 1
end

local function compare_flag(pair, flag, holds, added, removed)
  local old <const>, new <const> = pair.old, pair.new
  if (old[flag] == true) == (new[flag] == true) then
    return
  end
  local before <const>, after <const> = holds(old, pair.parent.old), holds(new, pair.parent.new)
  if before == after then
    pair:report("details_changed", { name = quoted(pair.name), what = flag, field = flag, old = old[flag],
      new = new[flag] })
  else
    pair:report(after and added or removed, { field = flag })
  end
end

local function compare_property(pair, guess)
  local old <const>, new <const> = pair.old, pair.new
  if old.name ~= nil or new.name ~= nil then
    compare_names(pair, "property_renamed", "property_moved", guess)
  end
  values.types(pair)
  values.options(pair)
  values.enum(pair)
  compare_flag(pair, "required", is_required, "required_added", "required_removed")
  compare_flag(pair, "unique", is_unique, "unique_added", "unique_removed")
  compare_classification(pair)
  compare_words(pair)
  promises.quality(pair)
  promises.relationships(pair)
  compare_properties(pair)
  for _, inner in ipairs { { "items", "", "[]" }, { "key", "map", ".key" }, { "value", "map", ".value" } } do
    M.compare_inner(pair, table.unpack(inner))
  end
end

--- Compares what an array or a map holds.
---@param pair floe.contract.pair
---@param key string
---@param member string "" where it stands in the property itself
---@param suffix string
function M.compare_inner(pair, key, member, suffix)
  local old_owner <const> = member == "" and pair.old or pair.old[member] or EMPTY
  local new_owner <const> = member == "" and pair.new or pair.new[member] or EMPTY
  local old <const>, new <const> = old_owner[key], new_owner[key]
  if equal(old, new) then
    return
  elseif not old or not new then
    pair:report("details_changed", { name = quoted(pair.name), what = key, field = member == "" and key or member })
    return
  end
  compare_property(pair:below(member, key, key, key, pair.name .. suffix))
end

local function property_report(pair, found, property)
  local inner <const> = pair:below("properties", found.old, found.new, property.name, pair:called(property.name))
  if found.old then
    inner:report("property_removed", { old = property.logicalType or property.physicalType })
  else
    inner:report(property.required == true and "property_added_required" or "property_added_optional",
      { new = property.logicalType or property.physicalType })
  end
end

-- Whether a property that changed, came or went may change the keys.
local function is_key(property)
  return property ~= nil and (property.primaryKey == true or property.partitioned == true)
end

--- Compares the properties of a table or of an object.
---@param pair floe.contract.pair
function compare_properties(pair)
  local old <const>, new <const> = pair.old.properties or EMPTY, pair.new.properties or EMPTY
  if #old == 0 and #new == 0 then
    return
  end
  local renames <const>, keys = {}, false
  for _, found in ipairs(match.elements(old, new, match.property_likeness)) do
    local before <const>, after <const> = old[found.old], new[found.new]
    if not before or not after then
      keys = keys or is_key(before) or is_key(after)
      property_report(pair, found, before or after)
    elseif not equal(before, after) then
      keys = keys or is_key(before) or is_key(after)
      renames[found.old] = before.name ~= after.name and after.name or nil
      compare_property(pair:below("properties", found.old, found.new, after.name, pair:called(after.name)), found.guess)
    end
  end
  if keys then
    compare_keys(pair, renames)
  end
end

-- ---- tables -----------------------------------------------------------------------------------------------

local function compare_object(pair, guess)
  local old <const>, new <const> = pair.old, pair.new
  compare_names(pair, "object_renamed", "object_moved", guess)
  local before <const>, after <const> = old.physicalType, new.physicalType
  if before ~= after then
    local same <const> = type(before) == "string" and type(after) == "string" and before:lower() == after:lower()
    if before and after and not same then
      pair:report("object_kind_changed", { field = "physicalType", old = before, new = after })
    else
      pair:report("details_changed", { name = quoted(pair.name), what = "physicalType", field = "physicalType",
        old = before, new = after })
    end
  end
  if old.logicalType ~= new.logicalType then
    pair:report("details_changed", { name = quoted(pair.name), what = "logicalType", field = "logicalType" })
  end
  compare_words(pair)
  promises.quality(pair)
  promises.relationships(pair)
  compare_properties(pair)
end

--- Compares the tables of two contracts.
---@param root floe.contract.pair
function M.schema(root)
  local old <const>, new <const> = root.old.schema or EMPTY, root.new.schema or EMPTY
  for _, found in ipairs(match.elements(old, new, match.object_likeness)) do
    local before <const>, after <const> = old[found.old], new[found.new]
    local name <const> = (after or before).name
    local pair <const> = root:below("schema", found.old, found.new, name, root:called(name))
    if before and after then
      compare_object(pair, found.guess)
    else
      pair:report(before and "object_removed" or "object_added", {})
    end
  end
end

return M
