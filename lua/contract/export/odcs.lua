-- A contract as a file of the standard, with its keys in the order in which people read them.

local yaml <const> = require "yaml"

local M = {}

local ORDER <const> = {
  "apiVersion", "kind", "id", "name", "version", "status", "domain", "dataProduct", "tenant", "property", "server",
  "type", "role", "channel", "username", "metric", "rule", "value", "unit", "label", "element", "tags", "physicalName",
  "physicalType", "businessName", "logicalType", "logicalTypeOptions", "required", "unique", "primaryKey",
  "primaryKeyPosition", "partitioned", "partitionKeyPosition", "classification", "deprecated", "description", "purpose",
  "usage", "limitations", "enum", "dataGranularityDescription", "team", "servers", "schema", "properties", "items",
  "map", "key", "quality", "relationships", "slaDefaultElement", "slaProperties", "support", "price", "roles",
  "members", "customProperties", "authoritativeDefinitions",
}

--- A contract as YAML.
---@param normal floe.contract.normal
---@return string
function M.export(normal)
  return yaml.write(normal, ORDER)
end

return M
