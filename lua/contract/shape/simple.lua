-- The shapes of the two simpler forms of contracts: models with elements, and schema with columns.

local common <const> = require "manifest.common"
local parts <const> = require "contract.shape.parts"
local shape <const> = require "manifest.shape"

local field <const>, join <const> = shape.field, parts.join
local string <const>, whole <const> = parts.string, parts.whole

local M = {}

--- Types of the simple forms, and the logical type each means.
M.types = {
  string = "string",
  text = "string",
  int = "integer",
  integer = "integer",
  long = "integer",
  bigint = "integer",
  float = "number",
  double = "number",
  decimal = "number",
  number = "number",
  numeric = "number",
  boolean = "boolean",
  bool = "boolean",
  date = "date",
  timestamp = "timestamp",
  datetime = "timestamp",
  time = "time",
  bytes = "string",
  binary = "string",
  array = "array",
  object = "object",
}

local FORMATS <const> = { "email", "uri", "uuid", "phone", "date", "date-time", "time", "ipv4", "ipv6", "hostname" }

local function simple_column_fields()
  local types <const> = shape.sorted_keys(M.types)
  return {
    { "type", type = "string", enum = types, doc = "Its type.", code = "FLOE-E503" },
    { "logicalType", type = "string", enum = types, doc = "Its type, by the standard's word.", code = "FLOE-E503" },
    { "physicalType", type = "string", doc = "Its type in the data source." },
    { "physicalName", type = "string", doc = "Its name in the data source." },
    { "businessName", type = "string", doc = "Its name in the business." },
    { "description", type = "string", doc = "What it holds." },
    { "required", type = "boolean", default = false, doc = "It is never null." },
    { "nullable", type = "boolean", doc = "It may be null." },
    { "primaryKey", type = "boolean", default = false, doc = "It is part of the primary key." },
    { "unique", type = "boolean", default = false, doc = "Its values differ." },
    { "format", type = "string", enum = FORMATS, doc = "What the text is.", code = "FLOE-E504" },
    { "pattern", type = "string", doc = "A regular expression that values match." },
    {
      "classification",
      type = "string",
      enum = common.classifications,
      doc = "How sensitive it is.",
      code = "FLOE-E505",
    },
    { "enum", type = "list", items = common.scalar, min_items = 1, unique = true, doc = "The values allowed." },
    { "default", type = "any", doc = "The value where there is none." },
    { "minimum", type = "any", doc = "The least value." },
    { "maximum", type = "any", doc = "The greatest value." },
    field("minLength", whole, { doc = "The least length." }),
    field("maxLength", whole, { doc = "The greatest length." }),
    field("tags", shape.texts, { doc = "Tags." }),
    { "quality", type = "list", items = { type = "object", additional = true }, doc = "Quality rules." },
    { "examples", type = "list", items = { type = "any" }, doc = "Values it may have." },
    { "customProperties", type = "any", doc = "What the form does not know." },
  }
end

local function simple_sla()
  local level <const> = {
    type = "object",
    additional = true,
    fields = {
      field("value", common.scalar, { doc = "How much." }),
      { "element", type = "string", doc = "The column it is measured on." },
      { "unit", type = "string", doc = "The value's unit." },
      { "description", type = "string", doc = "The promise in words." },
      { "percentile", type = "any", doc = "Of how many." },
    },
  }
  return {
    either = {
      { type = "map", values = { either = { level, { type = "string" }, { type = "number" } } } },
      {
        type = "list",
        items = {
          type = "object",
          additional = true,
          fields = {
            { "property", type = "string", required = true, doc = "What is promised." },
            field("value", common.scalar, { required = true, doc = "How much." }),
          },
        },
      },
    },
    doc = "What is promised.",
  }
end

-- What both simple forms share at their root.
local function simple_fields()
  local free <const> = { type = "any" }
  return join(parts.head_fields(), {
    { "id", type = "string", min_length = 1, doc = "The contract's id." },
    { "name", type = "string", min_length = 1, doc = "Its name." },
    { "status", type = "string", doc = "`draft`, `active`, `deprecated`, `sunset` or `retired`." },
    { "owner", type = "string", min_length = 1, doc = "Who answers for it." },
    { "domain", type = "string", doc = "The domain." },
    { "tenant", type = "string", doc = "Whose it is." },
    { "dataProduct", type = "string", doc = "The data product." },
    field("team", free, { doc = "Who answers for the data." }),
    { "description", either = { string, { type = "object", additional = true } }, doc = "What the data is for." },
    field("slaProperties", simple_sla()),
    {
      "terms",
      type = "object",
      additional = true,
      doc = "What consumers agree to.",
      fields = {
        { "usage", type = "string", doc = "What it may be used for." },
        { "retention", type = "string", doc = "How long it is kept." },
        { "pii_handling", type = "string", doc = "How personal data is handled." },
        { "limitations", type = "string", doc = "What it is not good for." },
      },
    },
    {
      "deprecation",
      type = "object",
      doc = "When it goes away.",
      fields = {
        { "announced", type = "string", format = "date", doc = "Since when this is known.", code = "FLOE-E504" },
        { "sunset_date", type = "string", format = "date", doc = "When it stops.", code = "FLOE-E504" },
        { "replacement", type = "string", doc = "What to use instead." },
        { "migration_guide", type = "string", doc = "How to move." },
        { "reason", type = "string", doc = "Why." },
      },
    },
    field("tags", shape.texts, { doc = "Tags." }),
    field("links", free, { doc = "Links." }),
    field("contacts", free, { doc = "Whom to ask." }),
    field("roles", free, { doc = "Who may read it." }),
    field("servers", free, { doc = "Where the data is." }),
    field("support", free, { doc = "Where help is found." }),
    field("price", free, { doc = "What it costs." }),
    field("authoritativeDefinitions", free, { doc = "Links to what defines it." }),
    field("customProperties", free, { doc = "What the form does not know." }),
    { "quality", type = "list", items = { type = "object", additional = true }, doc = "Quality rules." },
    { "contractCreatedTs", type = "string", doc = "When it was written." },
  })
end

local named <const> = { { "name", type = "string", required = true, min_length = 1, doc = "Its name." } }

--- The form with `models.<table>.elements.<column>`.
M.models = {
  name = "ModelsContract",
  type = "object",
  doc = "A data contract in the form of models and elements.",
  fields = join(simple_fields(), {
    {
      "models",
      type = "map",
      required = true,
      doc = "Tables by name.",
      values = {
        name = "ContractModel",
        type = "object",
        about = "A table.",
        fields = {
          { "description", type = "string", doc = "What one row is." },
          { "physicalName", type = "string", doc = "Its name in the data source." },
          { "type", type = "string", doc = "`table` or `view`." },
          field("tags", shape.texts, { doc = "Tags." }),
          {
            "elements",
            type = "map",
            required = true,
            values = {
              name = "ContractElement",
              type = "object",
              about = "A column.",
              fields = simple_column_fields(),
            },
            doc = "Columns by name.",
          },
          { "quality", type = "list", items = { type = "object", additional = true }, doc = "Quality rules." },
        },
      },
    },
  }),
}

--- The form with `schema[].columns[]`.
M.columns = {
  name = "ColumnsContract",
  type = "object",
  doc = "A data contract in the form of schema and columns.",
  fields = join(simple_fields(), {
    {
      "schema",
      type = "list",
      required = true,
      unique = "name",
      doc = "Tables.",
      items = {
        name = "ContractTable",
        type = "object",
        about = "A table.",
        fields = join(named, {
          { "description", type = "string", doc = "What one row is." },
          { "physicalName", type = "string", doc = "Its name in the data source." },
          { "physicalType", type = "string", doc = "`table` or `view`." },
          field("tags", shape.texts, { doc = "Tags." }),
          {
            "columns",
            type = "list",
            required = true,
            unique = "name",
            doc = "Columns.",
            items = {
              name = "ContractColumn",
              type = "object",
              about = "A column.",
              fields = join(named, simple_column_fields()),
            },
          },
          { "quality", type = "list", items = { type = "object", additional = true }, doc = "Quality rules." },
        }),
      },
    },
  }),
}

return M
