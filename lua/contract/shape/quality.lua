-- The shape of rules about the quality of data.

local parts <const> = require "contract.shape.parts"
local shape <const> = require "manifest.shape"

local field <const>, join <const>, stable_id <const> = shape.field, parts.join, parts.stable_id

local M = {}

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

--- The rules about the quality of a table or a column.
function M.rules(version, shared)
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
          either = {
            parts.string, { type = "object", additional = true }, { type = "list", items = { type = "any" } },
          },
          doc = "The rule in the tool's own words (custom).",
        },
      }, operator_fields()),
    },
  }
end

return M
