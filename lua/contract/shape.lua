-- The shapes of data contracts: ODCS 3.0, 3.1 and 3.2 (one shape each, by `apiVersion`), and the two simpler
-- forms. ODCS is the Open Data Contract Standard of the Bitol project; what differs between its versions says so
-- with the version (30, 31, 32) that brought it. What a shape cannot say stands in contract/rules.lua.
--
-- Codes: E501 the standard is broken, E503 an unknown type, E504 a malformed value (format, duration), E505 a
-- classification, E506 a pattern, E507 a value out of its range.

local common <const> = require "manifest.common"
local servers <const> = require "contract.servers"
local shape <const> = require "manifest.shape"
local text <const> = require "floe.text"

local field <const> = shape.field

local M = {}

--- The version of the standard (30, 31, 32) that an `apiVersion` means; nil for one that is not read.
---@param api_version any
---@return integer?
function M.version_of(api_version)
  local minor <const> = type(api_version) == "string" and api_version:match("^v3%.([012])%.%d+$")
  return minor and 30 + tonumber(minor)
end

--- The statuses that the standard's documents name.
M.statuses = { "proposed", "draft", "development", "active", "production", "deprecated", "sunset", "retired" }

local string <const> = { type = "string" }

local stable_id <const> = {
  type = "string",
  pattern = "^[A-Za-z0-9_-]+$",
  says = "an id of letters, digits, '_' and '-'",
  doc = "A stable id, for references.",
}

local whole <const> = { type = "integer", minimum = 0, code = "FLOE-E507" }

-- Fields that a version brought; earlier contracts may not have them.
local function since(version, wanted, fields)
  return version >= wanted and fields or {}
end

local function join(...)
  local out <const> = {}
  for _, list in ipairs { ... } do
    table.move(list, 1, #list, #out + 1, out)
  end
  return out
end

-- Keys that later versions brought, by version, are named as such instead of "unknown".
local function too_new(version, names_by_version)
  local rules <const> = {}
  for wanted = version + 1, 32 do
    local said <const> = ("v3.%d"):format(wanted - 30)
    rules[#rules + 1] = {
      names = names_by_version[wanted] or {},
      why = ("it came with ODCS %s"):format(said),
      hint = ("raise apiVersion to %s.0, or leave it out"):format(said),
      code = "FLOE-E501",
    }
  end
  return rules
end

local function definitions(version)
  return {
    type = "list",
    doc = "Links to what defines it.",
    items = {
      name = "AuthoritativeDefinition",
      type = "object",
      about = "A link to what defines something, such as an entry of a business glossary.",
      additional = version == 30,
      fields = {
        field("id", stable_id),
        { "url", type = "string", required = true, doc = "Where." },
        { "type", type = "string", required = true, doc = "What kind, such as `businessDefinition`." },
        { "description", type = "string", doc = "What is found there." },
      },
    },
  }
end

local function custom_properties(version)
  return {
    type = "list",
    doc = "What the standard does not know.",
    items = {
      name = "CustomProperty",
      type = "object",
      about = "Something that the standard has no key for.",
      additional = version == 30,
      fields = join({
        field("id", stable_id),
        { "property", type = "string", required = version > 30, doc = "Its name." },
        { "value", type = "any", doc = "Its value." },
        { "description", type = "string", doc = "What it means." },
      }, since(version, 32, { { "vendor", type = "string", doc = "Whose it is." } })),
    },
  }
end

-- ---- quality ----------------------------------------------------------------------------------------------

--- The comparison a quality rule makes; it needs exactly one.
M.operators = {
  "mustBe",
  "mustNotBe",
  "mustBeGreaterThan",
  "mustBeGreaterOrEqualTo",
  "mustBeLessThan",
  "mustBeLessOrEqualTo",
  "mustBeBetween",
  "mustNotBeBetween",
}

local function operator_fields()
  local number <const> = { type = "number" }
  local pair <const> = { type = "list", items = number, min_items = 2, max_items = 2 }
  local shapes <const> = { mustBe = { type = "any" }, mustNotBe = { type = "any" }, mustBeBetween = pair,
    mustNotBeBetween = pair }
  local out <const> = {}
  for i, name in ipairs(M.operators) do
    out[i] = field(name, shapes[name] or number, { doc = "What the measured value is compared with." })
  end
  return out
end

local function quality(version, shared)
  local metrics <const> = { "nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount" }
  return {
    type = "list",
    doc = "Rules about the data's quality.",
    items = {
      name = "DataQuality",
      type = "object",
      about = "A rule about the quality of the data.",
      additional = version == 30,
      fields = join({
        field("id", stable_id),
        { "name", type = "string", doc = "The rule's name." },
        { "description", type = "string", doc = "What it checks." },
        {
          "type",
          type = "string",
          enum = { "text", "library", "sql", "custom" },
          default = "library",
          doc = "Its kind.",
        },
        {
          "dimension",
          type = "string",
          enum = { "accuracy", "completeness", "conformity", "consistency", "coverage", "timeliness", "uniqueness" },
          doc = "Which side of quality it is about.",
        },
        { "method", type = "string", doc = "How it is checked." },
        { "severity", type = "string", doc = "How bad a failure is." },
        { "businessImpact", type = "string", doc = "What a failure means." },
        { "unit", type = "string", doc = "`rows` or `percent`." },
        { "schedule", type = "string", doc = "When it is checked." },
        { "scheduler", type = "string", doc = "What checks it." },
        field("tags", shape.texts, { doc = "Tags." }),
        field("authoritativeDefinitions", shared.definitions),
        field("customProperties", shared.custom),
        { "metric", type = "string", enum = metrics, doc = "What is measured (library)." },
        { "rule", type = "string", doc = "The word of v3.0 for `metric`." },
        { "arguments", type = "object", additional = true, doc = "Settings of the metric." },
        { "query", type = "string", doc = "The query whose result is compared (sql)." },
        { "engine", type = "string", doc = "The tool that checks it (custom)." },
        {
          "implementation",
          either = { string, { type = "object", additional = true }, { type = "list", items = { type = "any" } } },
          doc = "The rule in the tool's own words (custom).",
        },
      }, operator_fields()),
    },
  }
end

-- ---- types and their options ------------------------------------------------------------------------------

local function option(name, base, doc)
  return field(name, base, { doc = doc })
end

-- v3.0 wrote exclusive bounds as truth values, later versions as the bound itself.
local function bounds(version, base)
  local exclusive <const> = version == 30 and { either = { { type = "boolean" }, base } } or base
  return {
    option("minimum", base, "The least value."),
    option("maximum", base, "The greatest value."),
    option("exclusiveMinimum", exclusive, "Values are greater than this."),
    option("exclusiveMaximum", exclusive, "Values are less than this."),
  }
end

local function numeric(version, formats)
  return join(bounds(version, { type = "number" }), {
    { "multipleOf", type = "number", doc = "Values are multiples of this." },
    { "format", type = "string", enum = formats, doc = "The width of the number.", code = "FLOE-E504" },
  })
end

-- The options of each logical type.
local function type_options(version)
  local format <const> = option("format", string, "How it is written, such as yyyy-MM-dd.")
  local moment <const> = join(bounds(version, string), { format })
  local zoned <const> = join(moment, {
    { "timezone", type = "boolean", doc = "It carries a time zone." },
    { "defaultTimezone", type = "string", default = "Etc/UTC", doc = "The time zone of values without one." },
  })
  local out <const> = {
    string = {
      option("minLength", whole, "The least length."),
      option("maxLength", whole, "The greatest length."),
      option("pattern", string, "A regular expression that values match."),
      option("format", string, "What the text is: email, uuid, uri, …"),
    },
    date = moment,
    timestamp = zoned,
    time = zoned,
    integer = numeric(version, { "i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128" }),
    number = numeric(version, { "f32", "f64" }),
    object = {
      option("minProperties", whole, "The least number of properties."),
      option("maxProperties", whole, "The greatest number of properties."),
      { "required", type = "list", items = string, min_items = 1, unique = true, doc = "Properties it must have." },
    },
    array = {
      option("minItems", whole, "The least number of items."),
      option("maxItems", whole, "The greatest number of items."),
      { "uniqueItems", type = "boolean", default = false, doc = "Items differ." },
    },
  }
  if version >= 32 then
    out.vector = {
      { "dimensions", type = "integer", minimum = 1, required = true, doc = "The length of the vector." },
      {
        "elementType",
        type = "string",
        enum = { "bfloat16", "binary", "float16", "float32", "float64", "int8", "uint8" },
        default = "float32",
        doc = "The type of an element.",
      },
      {
        "distanceMetric",
        type = "string",
        enum = { "cosine", "dotProduct", "euclidean", "hamming", "manhattan" },
        doc = "How vectors are compared.",
      },
      { "embeddingModel", type = "string", doc = "The model that makes them." },
      { "embeddingModelVersion", type = "string", doc = "Its version." },
      { "normalized", type = "boolean", default = false, doc = "Vectors have length 1." },
    }
  end
  return out
end

local function logical_types(version)
  return join(
    { "string", "date", "timestamp", "time", "number", "integer", "object", "array", "boolean" },
    since(version, 32, { "map", "vector" })
  )
end

-- `logicalTypeOptions` has the shape that `logicalType` beside it chooses.
local function options_field(version)
  local shapes <const> = {}
  for name, fields in pairs(type_options(version)) do
    shapes[name] = { type = "object", fields = fields }
  end
  return {
    "logicalTypeOptions",
    type = "object",
    additional = true,
    doc = "More about the logical type.",
    depends = function(property)
      return shapes[property.logicalType]
    end,
  }
end

-- ---- schema -----------------------------------------------------------------------------------------------

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

local function statements(shared, required, more)
  return {
    type = "object",
    fields = join({
      { "id", type = "string", doc = "Its id." },
      { required, type = "string", required = true, doc = "The text." },
      field("authoritativeDefinitions", shared.definitions),
      field("tags", shape.texts, { doc = "Tags." }),
      field("customProperties", shared.custom),
    }, more or {}),
  }
end

local function context(shared)
  return {
    either = {
      string,
      {
        name = "Context",
        type = "object",
        about = "Guidance for tools that answer questions with the data.",
        fields = {
          { "instructions", type = "string", doc = "How it is to be used." },
          {
            "verifiedStatements",
            type = "list",
            items = statements(shared, "question", { { "answer", type = "string", doc = "The answer." } }),
            doc = "Questions and their answers.",
          },
          { "constraints", type = "list", items = statements(shared, "constraint"), doc = "What must not be done." },
        },
      },
    },
    doc = "Guidance for tools that answer questions with the data.",
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
    { "logicalType", type = "string", enum = logical_types(version), doc = "Its type.", code = "FLOE-E503" },
    options_field(version),
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

local function schema_object(version, shared)
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
      since(version, 32, { field("context", context(shared)) })
    ),
  }
end

-- ---- the rest of a contract -------------------------------------------------------------------------------

local function role(version, shared)
  return {
    name = "Role",
    type = "object",
    about = "A role that may read the data, and how one gets it.",
    additional = version == 30,
    fields = {
      field("id", stable_id),
      { "role", type = "string", required = true, doc = "The role." },
      { "description", type = "string", doc = "What it may do." },
      { "access", type = "string", doc = "The access it gives." },
      { "firstLevelApprovers", type = "string", doc = "Who approves first." },
      { "secondLevelApprovers", type = "string", doc = "Who approves then." },
      field("customProperties", shared.custom),
    },
  }
end

local function check_server(version)
  local names <const> = servers.names(version)
  return function(server, report)
    if type(server.type) ~= "string" then
      return -- missing, or of the wrong kind: told by the shape
    end
    local required <const>, optional <const> = servers.members(server.type)
    if not required then
      local near <const> = not shape.one_of(names, server.type) and text.suggest(server.type, names)
      if near or (version < 32 and not shape.one_of(names, server.type)) then
        report("type", ("'%s' is not a type of server"):format(server.type), {
          kind = "enum",
          expected = "one of " .. table.concat(names, ", "),
          actual = server.type,
          suggestions = { near },
          hint = near and ("did you mean '%s'?"):format(near) or nil,
        })
      end
      return
    end
    for _, name in ipairs(required) do
      if server[name] == nil then
        report(nil, ("a server of type '%s' needs '%s'"):format(server.type, name), {
          kind = "missing",
          expected = name,
          actual = "nothing",
        })
      end
    end
    for _, name in ipairs(version > 30 and servers.all_members() or {}) do
      if server[name] ~= nil and not shape.one_of(required, name) and not shape.one_of(optional, name) then
        report(name, ("a server of type '%s' has no '%s'"):format(server.type, name), {
          kind = "unknown",
          expected = table.concat(join(required, optional), ", "),
          actual = name,
        })
      end
    end
  end
end

local function server(version, shared)
  local port <const> = version >= 32 and { either = { { type = "integer" }, string } } or { type = "integer" }
  local fields <const> = {
    field("id", stable_id),
    { "server", type = "string", required = true, min_length = 1, doc = "Its name." },
    { "type", type = "string", required = true, min_length = 1, doc = "Its kind, such as `postgres`." },
    { "description", type = "string", doc = "What it is." },
    { "environment", type = "string", doc = "Its environment." },
    { "roles", type = "list", items = role(version, shared), doc = "Who may use it." },
    field("customProperties", shared.custom),
  }
  for _, name in ipairs(servers.all_members()) do
    fields[#fields + 1] = field(name, name == "port" and port or string, { doc = "As the `type` needs it." })
  end
  return {
    name = "Server",
    type = "object",
    about = "Where the data is. Which keys it must and may have depends on its type.",
    additional = version ~= 31,
    fields = fields,
    check = check_server(version),
  }
end

local function team(version, shared)
  local day <const> = { type = "string", format = "date", code = "FLOE-E504" }
  local member <const> = {
    name = "TeamMember",
    type = "object",
    about = "Somebody who answers for the data.",
    additional = version == 30,
    fields = {
      field("id", stable_id),
      { "username", type = "string", required = version > 30, doc = "Who." },
      { "name", type = "string", doc = "The name." },
      { "description", type = "string", doc = "More about them." },
      { "role", type = "string", doc = "The role." },
      field("dateIn", day, { doc = "Since when." }),
      field("dateOut", day, { doc = "Until when." }),
      { "replacedByUsername", type = "string", doc = "Who follows." },
      field("tags", shape.texts, { doc = "Tags." }),
      field("customProperties", shared.custom),
      field("authoritativeDefinitions", shared.definitions),
    },
  }
  return {
    either = {
      {
        name = "Team",
        type = "object",
        about = "Who answers for the data.",
        fields = {
          field("id", stable_id),
          { "name", type = "string", doc = "The team's name." },
          { "description", type = "string", doc = "What it does." },
          { "members", type = "list", items = member, doc = "Who is in it." },
          field("tags", shape.texts, { doc = "Tags." }),
          field("customProperties", shared.custom),
          field("authoritativeDefinitions", shared.definitions),
        },
      },
      { type = "list", items = member },
    },
    doc = "Who answers for the data.",
  }
end

local function sla(version, shared)
  return {
    name = "ServiceLevel",
    type = "object",
    about = "One promise, such as how fresh the data is.",
    additional = version == 30,
    fields = join({
      field("id", stable_id),
      { "property", type = "string", required = true, min_length = 1, doc = "What is promised, such as `freshness`." },
      field("value", common.scalar, { required = true, doc = "How much." }),
      field("valueExt", common.scalar, { doc = "More of the value." }),
      { "unit", type = "string", doc = "The value's unit: `d`, `h`, `percent`, …" },
      { "element", type = "string", doc = "The column or columns it is measured on." },
      { "driver", type = "string", doc = "`regulatory`, `analytics` or `operational`." },
    }, since(version, 31, {
      { "description", type = "string", doc = "The promise in words." },
      { "scheduler", type = "string", doc = "What checks it." },
      { "schedule", type = "string", doc = "When it is checked." },
    }), since(version, 32, {
      field("customProperties", shared.custom),
      field("authoritativeDefinitions", shared.definitions),
    })),
  }
end

local function support(version, shared)
  return {
    name = "SupportChannel",
    type = "object",
    about = "Where consumers find help.",
    additional = version == 30,
    fields = {
      field("id", stable_id),
      { "channel", type = "string", required = true, doc = "The channel." },
      { "url", type = "string", required = version == 30, doc = "Its address." },
      { "description", type = "string", doc = "What it is for." },
      { "tool", type = "string", doc = "`slack`, `teams`, `email` …" },
      { "scope", type = "string", doc = "`interactive`, `announcements`, `issues` or `notifications`." },
      { "invitationUrl", type = "string", doc = "Where one asks to be let in." },
      field("customProperties", shared.custom),
    },
  }
end

local function price(version)
  return {
    name = "Price",
    type = "object",
    additional = version == 30,
    doc = "What it costs.",
    fields = {
      field("id", stable_id),
      { "priceAmount", type = "number", doc = "The amount." },
      { "priceCurrency", type = "string", doc = "The currency." },
      { "priceUnit", type = "string", doc = "For how much." },
    },
  }
end

local function description(shared)
  return {
    name = "Description",
    type = "object",
    additional = true,
    doc = "What the data is for.",
    fields = {
      { "purpose", type = "string", doc = "What it is for." },
      { "usage", type = "string", doc = "How it is used." },
      { "limitations", type = "string", doc = "What it is not good for." },
      field("authoritativeDefinitions", shared.definitions),
      field("customProperties", shared.custom),
    },
  }
end

local function head_fields()
  return {
    {
      "apiVersion",
      type = "string",
      required = true,
      pattern = [[^v3\.[012]\.\d+$]],
      says = "a version of the standard that floe reads: v3.0.2, v3.1.0, v3.2.0",
      doc = "The version of the standard.",
      code = "FLOE-E502",
    },
    { "kind", type = "string", required = true, enum = { "DataContract" }, doc = "What the file is." },
    { "version", type = "string", required = true, min_length = 1, doc = "The contract's version." },
  }
end

--- The head of any contract, for those of a version that is not read.
M.head = { type = "object", additional = true, fields = head_fields() }

local function build(version)
  local shared <const> = { definitions = definitions(version), custom = custom_properties(version) }
  shared.quality = quality(version, shared)
  return {
    name = "DataContract",
    type = "object",
    doc = "A data contract by the Open Data Contract Standard.",
    forbidden = too_new(version, { [32] = { "context" } }),
    fields = join(head_fields(), {
      { "id", type = "string", required = true, min_length = 1, doc = "The contract's id." },
      { "name", type = "string", doc = "Its name." },
      { "status", type = "string", required = version < 32,
        doc = "`proposed`, `draft`, `active`, `deprecated` or `retired`." },
      { "tenant", type = "string", doc = "Whose it is." },
      { "domain", type = "string", doc = "The domain." },
      { "dataProduct", type = "string", doc = "The data product." },
      field("tags", shape.texts, { doc = "Tags." }),
      field("description", description(shared)),
      { "servers", type = "list", items = server(version, shared), unique = "server", doc = "Where the data is." },
      {
        "schema",
        type = "list",
        items = schema_object(version, shared),
        unique = "name",
        doc = "The tables or other objects.",
      },
      { "support", type = "list", items = support(version, shared), doc = "Where help is found." },
      field("price", price(version)),
      field("team", team(version, shared)),
      { "roles", type = "list", items = role(version, shared), doc = "Who may read it." },
      { "slaDefaultElement", type = "string", doc = "The column that service levels are measured on." },
      { "slaProperties", type = "list", items = sla(version, shared), doc = "What is promised." },
      field("authoritativeDefinitions", shared.definitions),
      field("customProperties", shared.custom),
      {
        "contractCreatedTs",
        type = "string",
        pattern = [[^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)?$]],
        says = "a time such as 2026-11-21T09:00:00Z",
        doc = "When it was written.",
        code = "FLOE-E504",
      },
    }, since(version, 32, { field("context", context(shared)) })),
  }
end

local built <const> = {}

--- The shape of a version of the standard: 30, 31 or 32.
---@param version integer
---@return table
function M.odcs(version)
  built[version] = built[version] or build(version)
  return built[version]
end

-- ---- the simpler forms ------------------------------------------------------------------------------------

--- Types of the simple forms, and the logical type each means.
M.simple_types = {
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
  local types <const> = shape.sorted_keys(M.simple_types)
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
  return join(head_fields(), {
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

--- Any contract, for editors: the newest version of the standard, or one of the simple forms.
---@return table
function M.any()
  return {
    doc = "What consumers of a table may rely on. floe reads the Open Data Contract Standard (ODCS), versions 3.0, "
      .. "3.1 and 3.2 (the page shows 3.2), and two simpler forms, which it reads as if they were ODCS: `models` "
      .. "with `elements`, and `schema` with `columns`. They stand in `datacontract.yaml` or `*.odcs.yaml` beside "
      .. "floe.yaml, in `contracts/`, or where a port's `schema.ref` says. What is wrong with a contract's form is "
      .. "a finding of the policy `contract.form`.",
    either = { M.odcs(32), M.models, M.columns } }
end

return M
