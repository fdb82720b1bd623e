-- A contract as a properties file of dbt: models with their columns, types, tests and classifications.

local json <const> = require "host.json"
local yaml <const> = require "yaml"

local M = {}

-- What a logical type is called where the contract names no physical one.
local TYPES <const> = {
  string = "varchar", integer = "bigint", number = "decimal", boolean = "boolean", date = "date",
  timestamp = "timestamp", time = "time",
}

--- The type of a column in dbt; nil where the contract says too little.
---@param property table
---@return string?
function M.data_type(property)
  return type(property.physicalType) == "string" and property.physicalType or TYPES[property.logicalType]
end

--- The values that a property may have, from its enum or from a quality rule about invalid values; nil for any.
---@param property table
---@return any[]?
function M.accepted_values(property)
  local out <const> = json.array {}
  for _, entry in ipairs(property.enum or {}) do
    out[#out + 1] = entry.value
  end
  for _, rule in ipairs(#out == 0 and property.quality or {}) do
    local values <const> = rule.metric == "invalidValues" and rule.mustBe == 0 and rule.arguments
      and rule.arguments.validValues
    if type(values) == "table" and #values > 0 then
      return values
    end
  end
  return #out > 0 and out or nil
end

--- The tests that a property asks for, as dbt writes them.
---@param property table
---@param is_key boolean it is the only column of the primary key
---@return any[]
function M.tests(property, is_key)
  local tests <const> = json.array {}
  if property.required == true or property.primaryKey == true then
    tests[#tests + 1] = "not_null"
  end
  if property.unique == true or is_key then
    tests[#tests + 1] = "unique"
  end
  local values <const> = M.accepted_values(property)
  if values then
    tests[#tests + 1] = { accepted_values = { arguments = { values = values } } }
  end
  return tests
end

--- How many properties make up the primary key of a table.
---@param object table
---@return integer
function M.key_size(object)
  local count = 0
  for _, property in ipairs(object.properties or {}) do
    count = count + (property.primaryKey == true and 1 or 0)
  end
  return count
end

--- The name that a property has in dbt.
---@param property table
---@return string
function M.column_name(property)
  return tostring(property.physicalName or property.name)
end

local function column_of(property, key_size)
  local tests <const> = M.tests(property, property.primaryKey == true and key_size == 1)
  local config <const> = {}
  if property.classification ~= nil then
    config.meta = { classification = property.classification }
  end
  if property.tags and #property.tags > 0 then
    config.tags = property.tags
  end
  return {
    name = M.column_name(property),
    description = property.description,
    data_type = M.data_type(property),
    config = next(config) and config or nil,
    data_tests = #tests > 0 and tests or nil,
  }
end

local function columns_of(object)
  local columns <const>, key_size <const> = json.array {}, M.key_size(object)
  for _, property in ipairs(object.properties or {}) do
    if property.name then
      columns[#columns + 1] = column_of(property, key_size)
    end
  end
  return columns
end

local function model_of(object, normal)
  local meta <const> = { contract = normal.id, contract_version = normal.version }
  return {
    name = tostring(object.physicalName or object.name):match("([^.]+)$"),
    description = object.description,
    config = {
      meta = meta,
      tags = object.tags and #object.tags > 0 and object.tags or nil,
    },
    columns = columns_of(object),
  }
end

local ORDER <const> = {
  "version", "models", "name", "description", "data_type", "config", "columns", "data_tests", "contract",
  "contract_version",
}

--- A contract as a properties file.
---@param normal floe.contract.normal
---@return string
function M.export(normal)
  local models <const> = json.array {}
  for _, object in ipairs(normal.schema or {}) do
    if object.name then
      models[#models + 1] = model_of(object, normal)
    end
  end
  return yaml.write({ version = 2, models = models }, ORDER)
end

return M
