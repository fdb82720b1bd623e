-- The shapes of logical types and their options.

local parts <const> = require "contract.shape.parts"
local shape <const> = require "manifest.shape"

local field <const>, join <const>, since <const> = shape.field, parts.join, parts.since
local string <const>, whole <const> = parts.string, parts.whole

local M = {}

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

--- The logical types that a version knows.
function M.names(version)
  return join(
    { "string", "date", "timestamp", "time", "number", "integer", "object", "array", "boolean" },
    since(version, 32, { "map", "vector" })
  )
end

--- `logicalTypeOptions` has the shape that `logicalType` beside it chooses.
function M.options_field(version)
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

return M
