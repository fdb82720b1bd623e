-- The schemas of floe's own facets. An event names the schema of each of its facets by an address that never means
-- anything else again: whoever changes a shape here raises its version.
local json <const> = require "host.json"
local shape <const> = require "manifest.shape"

local M = {}

local BASE <const> = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/%sFacet"
local ADDRESS <const> = "https://floe.dev/schemas/facets/%s/%s.json"

local field <const> = shape.field

local function text(name, doc, required)
  return { name, type = "string", required = required, doc = doc }
end

local moment <const> = { type = "string", says = "a moment in UTC such as 2026-01-03T10:00:00.000Z" }

local product <const> = {
  type = "object", additional = true, fields = {
    text("name", "Its name.", true),
    text("version", "Its version."),
  },
}

local run <const> = {
  text("version", "The floe that ran.", true),
  text("command", "Its command: run, check or monitor.", true),
  text("mode", "How platforms apply: simple, centralized or mesh."),
  text("namespace", "The product's namespace."),
  field("product", product, { doc = "The product." }),
  text("domain", "The product's domain."),
  text("environment", "The environment."),
  { "attempt", type = "integer", minimum = 1, doc = "Which try it is, counted from the run that first tried." },
  { "platform", type = "object", additional = true, doc = "The platform whose rules held.", fields = {
    text("name", "Its name.", true),
    text("version", "Its version."),
    text("digest", "The digest of its manifest."),
  } },
}

local dataset <const> = {
  field("product", product, { doc = "The product that makes the dataset." }),
  text("namespace", "The product's namespace."),
  text("domain", "The product's domain."),
  text("layer", "The layer: bronze, silver, gold …"),
}

local classification <const> = {
  { "columns", type = "list", required = true, doc = "The classified columns.", items = {
    type = "object", additional = true, fields = {
      text("name", "The column.", true),
      text("classification", "Its classification.", true),
      text("pii_type", "Which kind of personal data it holds."),
      text("sensitivity", "How sensitive it is."),
    },
  } },
}

local violation <const> = {
  text("contractName", "The contract.", true),
  text("contractVersion", "Its version."),
  { "violationType", type = "string", required = true, doc = "What is not kept.", enum = {
    "schema_mismatch", "schema_drift", "freshness_violation", "availability_violation", "quality_violation",
    "breaking_change", "deprecation_warning", "deprecation_error",
  } },
  { "severity", type = "string", required = true, doc = "How bad it is.",
    enum = { "info", "warning", "error", "critical" } },
  text("message", "What is wrong.", true),
  text("element", "The column or element."),
  text("rule", "The rule, or the kind of drift."),
  text("expectedValue", "What the contract promises."),
  text("actualValue", "What was found."),
  field("timestamp", moment, { required = true, doc = "When it was found." }),
  { "checkDurationSeconds", type = "number", minimum = 0, doc = "How long the check took." },
  field("affectedConsumers", shape.texts, { doc = "Who reads by the contract." }),
}

local status <const> = {
  text("contractName", "The contract.", true),
  text("contractVersion", "Its version."),
  { "checkType", type = "string", required = true, doc = "What was checked.",
    enum = { "freshness", "schema_drift", "quality", "availability", "deprecation" } },
  { "status", type = "string", required = true, enum = { "pass" }, doc = "The contract is kept." },
  text("threshold", "What the contract promises."),
  text("actualValue", "What was found."),
  field("checkedAt", moment, { required = true, doc = "When it was checked." }),
}

local trace <const> = {
  { "trace_id", type = "string", required = true, pattern = "^[0-9a-f]{32}$", doc = "The trace of the run." },
  { "span_id", type = "string", required = true, pattern = "^[0-9a-f]{16}$", doc = "The span of the command." },
}

local snapshot <const> = {
  { "snapshot_id", type = "string", required = true, pattern = "^-?[0-9]+$",
    doc = "Its id: a text, as it has 64 bits." },
  { "timestamp_ms", type = "integer", minimum = 0, doc = "When it was written, in milliseconds since 1970." },
  text("operation", "What was done: append, replace, overwrite or delete."),
  { "summary", type = "map", values = { type = "integer" }, doc = "The counts of its summary, such as total-records." },
}

local function facet(key, entity, name, version, doc, fields)
  return { key = key, entity = entity, name = name, version = version,
    shape = { name = name, type = "object", doc = doc, fields = fields, additional = true } }
end

--- The facets by what `floe schema` calls them.
M.all = {
  ["floe-run-facet"] = facet("floe", "Run", "FloeRunFacet", "1-0-0", "What floe ran, for which product.", run),
  ["floe-dataset-facet"] = facet("floe", "Dataset", "FloeDatasetFacet", "1-0-0", "Whose dataset it is.", dataset),
  ["data-classification-facet"] = facet("dataClassification", "Dataset", "FloeDataClassificationDatasetFacet", "1-0-0",
    "How the columns of a dataset are classified.", classification),
  ["contract-violation-facet"] = facet("contractViolation", "Run", "FloeContractViolationRunFacet", "1-0-0",
    "A data contract that is not kept: of a run that checked it, and failed.", violation),
  ["contract-status-facet"] = facet("contractStatus", "Run", "FloeContractStatusRunFacet", "1-0-0",
    "A data contract that is kept: of a run that checked it, and completed.", status),
  ["trace-correlation-facet"] = facet("traceCorrelation", "Run", "FloeTraceCorrelationRunFacet", "1-0-0",
    "The trace that tells of the same run.", trace),
  ["iceberg-snapshot-facet"] = facet("icebergSnapshot", "Dataset", "FloeIcebergSnapshotDatasetFacet", "1-0-0",
    "The snapshot that an Iceberg table had.", snapshot),
}

--- The address of a facet's schema.
---@param one table of `all`
---@return string
function M.address(one)
  return ADDRESS:format(one.version, one.name)
end

-- The rules of its members, as a JSON Schema has them.
local KEPT <const> = { description = true, type = true, properties = true, required = true }

--- The JSON Schema of a facet, in the form of OpenLineage's own.
---@param one table of `all`
---@return table for host.json.encode
function M.schema(one)
  local rules <const> = {}
  for _, member in ipairs(require("manifest.export").schema_of(one.shape)) do
    rules[#rules + 1] = KEPT[member[1]] and member or nil
  end
  return json.object {
    { "$schema", "https://json-schema.org/draft/2020-12/schema" },
    { "$id", M.address(one) },
    { "$defs", json.object { { one.name, json.object {
      { "allOf", json.array { json.object { { "$ref", BASE:format(one.entity) } }, json.object(rules) } },
      { "type", "object" },
    } } } },
    { "type", "object" },
    { "properties", json.object { { one.key, json.object { { "$ref", "#/$defs/" .. one.name } } } } },
  }
end

return M
