-- Contracts from what dbt knows: a table's columns with their types, tests, constraints, descriptions and
-- classifications, in the form of ODCS 3.1.

local classification <const> = require "floe.classification"
local document <const> = require "host.document"
local json <const> = require "host.json"
local types <const> = require "contract.types"

local M = {}

local LOGICAL <const> = {
  integer = "integer", decimal = "number", float = "number", text = "string", bytes = "string", boolean = "boolean",
  date = "date", timestamp = "timestamp", time = "time", array = "array", struct = "object", map = "object",
  uuid = "string", json = "object", variant = "object",
}

--- The logical type that a physical type stands for; nil where it is not known.
---@param physical string
---@return string?
function M.logical_type(physical)
  local parsed <const> = types.physical(physical)
  if parsed.kind == "decimal" and parsed.precision and parsed.scale == 0 then
    return "integer"
  end
  return LOGICAL[parsed.kind]
end

local function has_test(owner, name)
  for _, test in ipairs(owner.tests) do
    if test.generic and test.test_name == name and test.severity ~= "warn" then
      return test
    end
  end
  return nil
end

local function has_constraint(owner, kind)
  for _, constraint in ipairs(owner.constraints or {}) do
    if constraint.type == kind then
      return true
    end
  end
  return false
end

local function keys_of(node)
  local out <const> = {}
  for _, constraint in ipairs(document.type(node) == "source" and {} or node.constraints or {}) do
    if constraint.type == "primary_key" and constraint.columns ~= nil then
      for position, name in ipairs(constraint.columns) do
        out[name] = position
      end
    end
  end
  return out
end

local function accepted_values(column)
  local test <const> = has_test(column, "accepted_values")
  local values <const> = test and test.arguments.values
  if document.kind(values) ~= "array" then
    return nil
  end
  return json.array { {
    type = "library", metric = "invalidValues", mustBe = 0, arguments = { validValues = document.plain(values) },
  } }
end

local function text_of(value)
  return type(value) == "string" and value ~= "" and value or nil
end

local function tags_of(tags)
  return #tags > 0 and document.plain(tags) or nil
end

--- A column as a property.
---@param column any the column's fact
---@param position integer? its place in the primary key
---@return table
function M.property_of(column, position)
  local key <const> = position or has_constraint(column, "primary_key") and 1 or nil
  local property <const> = {
    name = column.name,
    physicalType = text_of(column.data_type),
    logicalType = column.data_type and M.logical_type(column.data_type),
    description = text_of(column.description),
    required = (key or has_test(column, "not_null") or has_constraint(column, "not_null")) and true or nil,
    unique = (has_test(column, "unique") or has_constraint(column, "unique")) and true or nil,
    primaryKey = key and true or nil,
    primaryKeyPosition = key,
    classification = text_of(classification.of(column)),
    tags = tags_of(column.tags),
    quality = accepted_values(column),
  }
  return property
end

local function physical_type(node)
  return node.kind == "model" and node.materialized == "view" and "view" or "table"
end

--- A model, seed, snapshot or source table as a schema object.
---@param node any
---@return table
function M.object_of(node)
  local properties <const>, keys <const> = json.array {}, keys_of(node)
  for _, column in pairs(node.columns) do
    properties[#properties + 1] = M.property_of(column, keys[column.name])
  end
  local is_source <const> = document.type(node) == "source"
  local physical <const> = (is_source and node.identifier or not is_source and node.alias) or node.name
  local is_version <const> = node.kind == "model" and node.version ~= nil
  return {
    name = is_version and physical or node.name, -- the versions of a model share its name
    physicalName = physical,
    physicalType = physical_type(node),
    description = text_of(node.description),
    tags = tags_of(node.tags),
    properties = properties,
  }
end

---@class floe.contract.head
---@field id string
---@field name string
---@field domain string?
---@field owner string?

--- A contract about nodes of a dbt project: a draft, to be completed by those who know what they promise.
---@param nodes any[]
---@param head floe.contract.head
---@return floe.contract.normal
function M.contract_of(nodes, head)
  local schema <const> = json.array {}
  for index, node in ipairs(nodes) do
    schema[index] = M.object_of(node)
  end
  return {
    apiVersion = "v3.1.0",
    kind = "DataContract",
    id = head.id,
    name = head.name,
    version = "0.1.0",
    status = "draft",
    domain = head.domain,
    team = head.owner and { name = head.owner } or nil,
    schema = schema,
  }
end

return M
