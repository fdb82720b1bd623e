-- The shapes of data contracts: ODCS 3.0, 3.1 and 3.2 (one shape each, by `apiVersion`), and the two simpler
-- forms. ODCS is the Open Data Contract Standard of the Bitol project; what differs between its versions says so
-- with the version (30, 31, 32) that brought it. What a shape cannot say stands in contract/rules.lua.
--
-- Codes: E501 the standard is broken, E503 an unknown type, E504 a malformed value (format, duration), E505 a
-- classification, E506 a pattern, E507 a value out of its range.

local agreement <const> = require "contract.shape.agreement"
local parts <const> = require "contract.shape.parts"
local quality <const> = require "contract.shape.quality"
local schema <const> = require "contract.shape.schema"
local shape <const> = require "manifest.shape"
local simple <const> = require "contract.shape.simple"

local field <const>, join <const>, since <const> = shape.field, parts.join, parts.since

local M = {}

--- The comparison a quality rule makes; it needs exactly one.
M.operators = quality.operators

--- Types of the simple forms, and the logical type each means.
M.simple_types = simple.types

--- The form with `models.<table>.elements.<column>`.
M.models = simple.models

--- The form with `schema[].columns[]`.
M.columns = simple.columns

--- The version of the standard (30, 31, 32) that an `apiVersion` means; nil for one that is not read.
---@param api_version any
---@return integer?
function M.version_of(api_version)
  local minor <const> = type(api_version) == "string" and api_version:match("^v3%.([012])%.%d+$")
  return minor and 30 + tonumber(minor)
end

--- The statuses that the standard's documents name.
M.statuses = { "proposed", "draft", "development", "active", "production", "deprecated", "sunset", "retired" }

--- The head of any contract, for those of a version that is not read.
M.head = { type = "object", additional = true, fields = parts.head_fields() }

local function build(version)
  local shared <const> = {
    definitions = parts.definitions(version),
    custom = parts.custom_properties(version),
  }
  shared.quality = quality.rules(version, shared)
  return {
    name = "DataContract",
    type = "object",
    doc = "A data contract by the Open Data Contract Standard.",
    forbidden = parts.too_new(version, { [32] = { "context" } }),
    fields = join(parts.head_fields(), {
      { "id", type = "string", required = true, min_length = 1, doc = "The contract's id." },
      { "name", type = "string", doc = "Its name." },
      { "status", type = "string", required = version < 32,
        doc = "`proposed`, `draft`, `active`, `deprecated` or `retired`." },
      { "tenant", type = "string", doc = "Whose it is." },
      { "domain", type = "string", doc = "The domain." },
      { "dataProduct", type = "string", doc = "The data product." },
      field("tags", shape.texts, { doc = "Tags." }),
      field("description", agreement.description(shared)),
      {
        "servers",
        type = "list",
        items = agreement.server(version, shared),
        unique = "server",
        doc = "Where the data is.",
      },
      {
        "schema",
        type = "list",
        items = schema.object(version, shared),
        unique = "name",
        doc = "The tables or other objects.",
      },
      { "support", type = "list", items = agreement.support(version, shared), doc = "Where help is found." },
      field("price", agreement.price(version)),
      field("team", agreement.team(version, shared)),
      { "roles", type = "list", items = agreement.role(version, shared), doc = "Who may read it." },
      { "slaDefaultElement", type = "string", doc = "The column that service levels are measured on." },
      { "slaProperties", type = "list", items = agreement.sla(version, shared), doc = "What is promised." },
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
    }, since(version, 32, { field("context", parts.context(shared)) })),
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
