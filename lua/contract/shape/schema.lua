-- The shapes of tables and columns, of what they refer to, and of the values that are allowed in them.

local common <const> = require "manifest.common"
local parts <const> = require "contract.shape.parts"
local shape <const> = require "manifest.shape"
local types <const> = require "contract.shape.types"

local field <const>, join <const>, since <const>, too_new <const> = shape.field, parts.join, parts.since, parts.too_new
local stable_id <const> = parts.stable_id

local M = {}

local function reference()
  local one <const> = {
    type = "string",
    pattern = [[^([A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)+|((https?://)?[\w.\-/]+\.ya?ml#)?/?\w+/[\w-]+(/\w+/[\w-]+)*)$]],
    says = "'object.property' or '/schema/ID/properties/ID'",
  }
  return { either = { one, { type = "list", items = one, min_items = 1 } } }
end

local function relationships(version, shared, level)
  local fields <const> = join(since(version, 32, { { "id", type = "string", doc = "Its id." } }), {
    { "type", type = "string", enum = { "foreignKey" }, default = "foreignKey", doc = "Its kind." },
    field("to", reference(), { required = true, doc = "What it refers to." }),
    field("customProperties", shared.custom),
  })
  local forbidden
  if level == "object" then
    table.insert(fields, field("from", reference(), { required = true, doc = "What refers." }))
  else
    forbidden = { { names = { "from" }, why = "in a property it is the property itself", code = "FLOE-E501" } }
  end
  return {
    type = "list",
    doc = "What it refers to.",
    items = {
      name = level == "object" and "ObjectRelationship" or "PropertyRelationship",
      type = "object",
      fields = fields,
      forbidden = forbidden,
    },
  }
end

local function synonyms(shared)
  return {
    type = "list",
    doc = "Other names.",
    items = {
      name = "Synonym",
      type = "object",
      about = "Another name by which people look for it.",
      fields = {
        field("id", stable_id),
        { "synonym", type = "string", required = true, doc = "The other name." },
        { "description", type = "string", doc = "When it is used." },
        { "locale", type = "string", doc = "Its language." },
        { "source", type = "string", doc = "Who says so." },
        { "status", type = "string", doc = "Whether it is in use." },
        field("customProperties", shared.custom),
      },
    },
  }
end

local function enumeration(shared)
  return {
    type = "list",
    min_items = 1,
    doc = "The values allowed.",
    items = {
      name = "EnumValue",
      type = "object",
      about = "One of the values that are allowed.",
      fields = {
        field("value", common.scalar, { required = true, doc = "The value." }),
        { "label", type = "string", doc = "The value for people." },
        field("id", stable_id),
        { "description", type = "string", doc = "What it means." },
        field("tags", shape.texts, { doc = "Tags." }),
        field("customProperties", shared.custom),
        field("authoritativeDefinitions", shared.definitions),
      },
    },
  }
end

-- What objects and properties share.
local function element_fields(version, shared)
  return join({
    { "physicalType", type = "string", doc = "The type in the data source." },
    { "description", type = "string", doc = "What it is." },
    { "businessName", type = "string", doc = "Its name in the business." },
    { "physicalName", type = "string", doc = "Its name in the data source." },
    field("authoritativeDefinitions", shared.definitions),
    field("tags", shape.texts, { doc = "Tags." }),
    field("customProperties", shared.custom),
    field("quality", shared.quality),
  }, since(version, 31, { field("id", stable_id) }), since(version, 32, {
    { "deprecated", type = "boolean", default = false, doc = "It will go away." },
    field("synonyms", synonyms(shared)),
  }))
end

local function property_fields(version, shared, property, item)
  return join(element_fields(version, shared), {
    { "primaryKey", type = "boolean", default = false, doc = "It is part of the primary key." },
    { "primaryKeyPosition", type = "integer", default = -1, doc = "Its place in the primary key, from 1." },
    { "logicalType", type = "string", enum = types.names(version), doc = "Its type.", code = "FLOE-E503" },
    types.options_field(version),
    { "required", type = "boolean", default = false, doc = "It is never null." },
    { "unique", type = "boolean", default = false, doc = "Its values differ." },
    { "partitioned", type = "boolean", default = false, doc = "The data is partitioned by it." },
    { "partitionKeyPosition", type = "integer", default = -1, doc = "Its place in the partition key, from 1." },
    { "classification", type = "string", doc = "How sensitive it is." },
    { "encryptedName", type = "string", doc = "The property that holds it encrypted." },
    field("transformSourceObjects", shape.texts, { doc = "What it is made from." }),
    { "transformLogic", type = "string", doc = "How it is made." },
    { "transformDescription", type = "string", doc = "How it is made, in words." },
    { "examples", type = "list", items = { type = "any" }, doc = "Values it may have." },
    { "criticalDataElement", type = "boolean", default = false, doc = "The business depends on it." },
    { "properties", type = "list", items = property, unique = "name", doc = "Properties of an object." },
    field("items", item, { doc = "What an array holds." }),
  }, since(version, 31, { field("relationships", relationships(version, shared, "property")) }), since(version, 32, {
    field("enum", enumeration(shared)),
    {
      "semanticType",
      type = "string",
      enum = { "column", "measure", "dimension" },
      default = "column",
      doc = "Its part in analyses.",
    },
    {
      "map",
      type = "object",
      doc = "What a map holds.",
      fields = {
        field("key", item, { required = true, doc = "Its keys." }),
        field("value", item, { required = true, doc = "Its values." }),
      },
    },
  }))
end

local LATER_OBJECT <const> = { [31] = { "id", "relationships" }, [32] = { "deprecated", "synonyms", "context" } }
local LATER_PROPERTY <const> = {
  [31] = { "id", "relationships" },
  [32] = { "deprecated", "synonyms", "enum", "semanticType", "map" },
}

-- Properties hold properties: the shapes refer to themselves.
local function properties(version, shared)
  local property <const> = { name = "SchemaProperty", type = "object", about = "A column, or a field of an object." }
  local item <const> = {
    name = "SchemaItem",
    type = "object",
    about = "What an array or a map holds: a property that needs no name.",
  }
  property.forbidden = too_new(version, LATER_PROPERTY)
  item.forbidden = property.forbidden
  item.fields = join(
    { { "name", type = "string", doc = "Its name." } },
    property_fields(version, shared, property, item)
  )
  property.fields = join(
    { { "name", type = "string", required = true, min_length = 1, doc = "Its name." } },
    property_fields(version, shared, property, item)
  )
  return property
end

--- A table, or another object that holds data.
---@param version integer
---@param shared table what stands in many places
---@return table
function M.object(version, shared)
  return {
    name = "SchemaObject",
    type = "object",
    about = "A table, or another object that holds data.",
    forbidden = too_new(version, LATER_OBJECT),
    fields = join(
      { { "name", type = "string", required = true, min_length = 1, doc = "Its name." } },
      element_fields(version, shared),
      {
        { "logicalType", type = "string", enum = { "object" }, doc = "What it is.", code = "FLOE-E503" },
        { "dataGranularityDescription", type = "string", doc = "What one row is." },
        {
          "properties",
          type = "list",
          items = properties(version, shared),
          unique = "name",
          doc = "Its columns or fields.",
        },
      },
      since(version, 31, { field("relationships", relationships(version, shared, "object")) }),
      since(version, 32, { field("context", parts.context(shared)) })
    ),
  }
end

return M
