-- Where the columns of one version of a model stand. A version has the columns of the model that it includes (all,
-- unless it says which), and those of its own; what the model says is shared with its other versions, and is edited
-- only where no other version has it. Otherwise the version leaves the shared column out and gets its own.

local columns <const> = require "contract.sync.column"
local dbt <const> = require "contract.export.dbt"
local json <const> = require "host.json"
local shape <const> = require "manifest.shape"

local M = {}

--- The place of a version in a model's list.
---@param plain table the model's entry
---@param version any
---@return integer?
function M.find(plain, version)
  for index, one in ipairs(type(plain.versions) == "table" and plain.versions or {}) do
    if type(one) == "table" and tostring(one.v) == tostring(version) then
      return index
    end
  end
  return nil
end

local function list_of(owner)
  return type(owner.columns) == "table" and owner.columns or {}
end

-- The item of a version's columns that says which of the model's it has.
local function inclusion_of(version)
  for index, item in ipairs(list_of(version)) do
    if type(item) == "table" and item.include ~= nil then
      return item, index
    end
  end
  return nil
end

local function includes(version, name)
  local item <const> = inclusion_of(version)
  if not item then
    return true
  elseif type(item.include) == "table" then
    return shape.one_of(item.include, name)
  end
  return not (type(item.exclude) == "table" and shape.one_of(item.exclude, name))
end

--- The place of a column in a list, by its name in any case.
---@param list any[]
---@param name string
---@return integer?
function M.find_column(list, name)
  for index, column in ipairs(list) do
    if type(column) == "table" and type(column.name) == "string" and column.name:lower() == name:lower() then
      return index
    end
  end
  return nil
end

local function is_shared(plain, position, name)
  for index, other in ipairs(plain.versions) do
    if index ~= position and includes(other, name) then
      return true
    end
  end
  return false
end

local function copy_of(value)
  if type(value) ~= "table" then
    return value
  end
  local out <const> = {}
  for key, member in next, value do
    out[key] = copy_of(member)
  end
  return getmetatable(value) == false and json.array(out) or out
end

-- The steps that leave columns of the model out of a version.
local function exclude(path, version, names)
  local item <const>, index <const> = inclusion_of(version)
  if not item then
    return { { kind = "prepend", path = columns.below(path, "columns"),
      value = { include = "all", exclude = json.array(names) }, order = { "include", "exclude" } } }
  elseif type(item.exclude) ~= "table" then
    return { { kind = "add", path = columns.below(path, "columns", index), key = "exclude", value = json.array(names),
      after = { "include" } } }
  end
  local steps <const> = {}
  for _, name in ipairs(names) do
    steps[#steps + 1] = { kind = "prepend", path = columns.below(path, "columns", index, "exclude"), value = name }
  end
  return steps
end

--- The edits that give a version columns of its own.
---@param path any[] where the version stands
---@param version table
---@param list table[] columns that it gets
---@param excluded string[] columns of the model that it leaves out for them
---@param order string[] of their keys
---@return floe.step[]
function M.own(path, version, list, excluded, order)
  if next(list_of(version)) == nil then
    local all <const> = #excluded > 0 and { include = "all", exclude = json.array(excluded) } or { include = "all" }
    return { { kind = "extend", path = path, key = "columns", order = order,
      value = table.move(list, 1, #list, 2, { all }) } }
  end
  local steps <const> = #excluded > 0 and exclude(path, version, excluded) or {}
  for _, column in ipairs(list) do
    steps[#steps + 1] = { kind = "append", path = columns.below(path, "columns"), value = column, order = order }
  end
  return steps
end

--- Where a column of a version stands, and what it needs there.
---@param path any[] where the model's entry stands
---@param plain table the model's entry
---@param position integer the version's place
---@param property table
---@param judge fun(path: any[], column: table): floe.sync.entry
---@return floe.sync.entry? entry nil: the version does not have the column
---@return table? copy what the version's own entry must be, where the one found is shared with other versions
function M.column(path, plain, position, property, judge)
  local version <const>, name <const> = plain.versions[position], dbt.column_name(property)
  local own <const> = M.find_column(list_of(version), name)
  if own then
    return judge(columns.below(path, "versions", position, "columns", own), version.columns[own])
  end
  local index <const> = M.find_column(list_of(plain), name)
  local shared <const> = index and plain.columns[index]
  if not shared or not includes(version, shared.name) then
    return nil
  end
  local entry <const> = judge(columns.below(path, "columns", index), shared)
  if #entry.edits == 0 or not is_shared(plain, position, shared.name) then
    return entry
  end
  return entry, columns.make(copy_of(shared), entry.edits, #entry.path)
end

--- Whether a version names the columns that it includes one by one, so that none can be left out without being taken
--- out of that list.
---@param version table
---@return boolean
function M.is_picky(version)
  local item <const> = inclusion_of(version)
  return item ~= nil and type(item.include) == "table"
end

return M
