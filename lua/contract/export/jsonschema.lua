-- A contract as JSON Schema (draft 2020-12): what one row of each table looks like as a JSON object.

local accepted_values <const> = require("contract.export.dbt").accepted_values
local json <const> = require "host.json"

local M = {}

-- Formats that JSON Schema has a word for, and its words for types.
local FORMATS <const> = {
  email = "email", uuid = "uuid", uri = "uri", url = "uri", hostname = "hostname", ipv4 = "ipv4", ipv6 = "ipv6",
  date = "date", ["date-time"] = "date-time", time = "time",
}
local TYPES <const> = {
  string = "string", integer = "integer", number = "number", boolean = "boolean", object = "object", array = "array",
  map = "object", vector = "array", date = "string", timestamp = "string", time = "string",
}
local MOMENTS <const> = { date = "date", timestamp = "date-time", time = "time" }
local OPTIONS <const> = {
  "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
  "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
}

local schema_of

local function object_into(members, owner)
  local properties <const>, required <const> = json.object {}, json.array {}
  for _, property in ipairs(owner.properties or {}) do
    if property.name then
      local name <const> = tostring(property.name)
      properties[#properties + 1] = { name, schema_of(property) }
      if property.required == true or property.primaryKey == true then
        required[#required + 1] = name
      end
    end
  end
  if owner.properties then
    members[#members + 1] = { "properties", properties }
  end
  for _, name in ipairs(type(owner.logicalTypeOptions) == "table" and type(owner.logicalTypeOptions.required) == "table"
    and owner.logicalTypeOptions.required or {}) do
    required[#required + 1] = name
  end
  if #required > 0 then
    members[#members + 1] = { "required", required }
  end
end

local function options_into(members, property)
  local options <const>, kind <const> = property.logicalTypeOptions or {}, property.logicalType
  local format <const> = MOMENTS[kind] or kind == "string" and FORMATS[options.format] or nil
  if format then
    members[#members + 1] = { "format", format }
  end
  for _, name in ipairs(OPTIONS) do
    -- bounds of dates are texts, which JSON Schema cannot compare
    if options[name] ~= nil and not (MOMENTS[kind] and name:find("imum")) then
      members[#members + 1] = { name, options[name] }
    end
  end
  if kind == "vector" and options.dimensions then
    members[#members + 1] = { "minItems", options.dimensions }
    members[#members + 1] = { "maxItems", options.dimensions }
    members[#members + 1] = { "items", { type = "number" } }
  end
end

local function enum_into(members, property, may_be_null)
  local accepted <const> = accepted_values(property)
  if accepted then
    local values <const> = json.array(table.move(accepted, 1, #accepted, 1, {}))
    values[#values + 1] = may_be_null and json.null or nil
    members[#members + 1] = { "enum", values }
  end
end

function schema_of(property)
  local members <const> = json.object {}
  local kind <const> = TYPES[property.logicalType]
  local may_be_null <const> = property.required ~= true and property.primaryKey ~= true
  if kind then
    members[#members + 1] = { "type", may_be_null and json.array { kind, "null" } or kind }
  end
  for _, row in ipairs { { "title", property.businessName }, { "description", property.description },
    { "deprecated", property.deprecated } } do
    if row[2] ~= nil then
      members[#members + 1] = { row[1], row[2] }
    end
  end
  options_into(members, property)
  enum_into(members, property, may_be_null)
  object_into(members, property)
  if type(property.items) == "table" then
    members[#members + 1] = { "items", schema_of(property.items) }
  end
  if type(property.map) == "table" and property.map.value then
    members[#members + 1] = { "additionalProperties", schema_of(property.map.value) }
  end
  if property.examples and #property.examples > 0 then
    members[#members + 1] = { "examples", property.examples }
  end
  return members
end

local function table_of(object)
  local members <const> = json.object { { "type", "object" } }
  members[#members + 1] = { "title", object.businessName or object.name }
  if object.description then
    members[#members + 1] = { "description", object.description }
  end
  object_into(members, object)
  return members
end

-- A JSON Pointer's part.
local function reference(name)
  local pointer <const> = name:gsub("~", "~0"):gsub("/", "~1"):gsub("[^%w_~.-]", function(character)
    return ("%%%02X"):format(character:byte())
  end)
  return json.object { { "$ref", "#/$defs/" .. pointer } }
end

--- A contract as JSON Schema: a row is one of the contract's tables.
---@param normal floe.contract.normal
---@return string
function M.export(normal)
  local definitions <const>, references <const> = json.object {}, json.array {}
  for _, object in ipairs(normal.schema or {}) do
    if object.name then
      definitions[#definitions + 1] = { tostring(object.name), table_of(object) }
      references[#references + 1] = reference(tostring(object.name))
    end
  end
  local root <const> = json.object { { "$schema", "https://json-schema.org/draft/2020-12/schema" } }
  root[#root + 1] = { "title", ("%s %s"):format(normal.name or normal.id, normal.version) }
  if normal.description and normal.description.purpose then
    root[#root + 1] = { "description", normal.description.purpose }
  end
  if #references == 1 then
    root[#root + 1] = references[1][1]
  elseif #references > 1 then
    root[#root + 1] = { "anyOf", references }
  end
  root[#root + 1] = { "$defs", definitions }
  return json.encode(root, { indent = 2 }) .. "\n"
end

return M
