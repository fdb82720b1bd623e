-- The datasets of a product: which table each node of the dbt project makes or is, and what is known of it. Facts come
-- from dbt while it runs, and from the project where it is known; what neither tells is not in an event.
local columns <const> = require "evidence.openlineage.columns"
local facets <const> = require "evidence.openlineage.facets"
local json <const> = require "host.json"
local percent <const> = require "evidence.percent"
local set <const> = require "floe.set"

local object <const>, list <const> = facets.object, facets.list

local M = {}

local Datasets <const> = {}
Datasets.__index = Datasets

---@class floe.lineage.dataset an identity with what is said of it
---@field namespace string
---@field name string
---@field facets table?

--- The datasets of a product.
---@param options { naming: table, project: any?, catalog: any?, product: table? }
---@return table
function M.open(options)
  return setmetatable({
    naming = options.naming, project = options.project, catalog = options.catalog, product = options.product or {},
    known = {}, names = {},
  }, Datasets)
end

-- ---- which dataset ----------------------------------------------------------------------------------------

-- A node of the project, as floe reads dbt's; nil where the project is not known.
function Datasets:fact(unique_id)
  if type(self.project) == "function" then
    self.project = self.project() or self.project -- it may be known later
  end
  return type(self.project) ~= "function" and self.project and self.project.nodes[unique_id] or nil
end

local function relation_of(fact)
  local identifier <const> = fact.kind == "source" and (fact.identifier or fact.name)
    or fact.kind ~= "source" and (fact.alias or fact.name)
  return { database = fact.database, schema = fact.schema, identifier = identifier }
end

-- Where dbt-duckdb reads a source that is no table: a pattern for names of files.
local function location_of(source)
  local pattern <const> = source.meta.external_location or source.source_meta.external_location
  if type(pattern) ~= "string" then
    return nil
  end
  local known <const> = { name = source.name, schema = source.schema, identifier = source.identifier or source.name }
  local location <const> = pattern:gsub("{(%w+)}", known)
  return not location:find("[{}]") and location or nil
end

local OF_RELATION <const> = { database = true, schema = true, alias = true }

local function is_complete(fact)
  for index = 1, #fact.unresolved do
    if OF_RELATION[fact.unresolved[index]] then
      return false
    end
  end
  return true
end

local function identity_of(self, fact)
  if fact.kind == "source" then
    local location <const> = location_of(fact)
    if location then
      return self.naming:location(location)
    end
  end
  return is_complete(fact) and self.naming:table(relation_of(fact)) or nil
end

--- The dataset of the only node with this name.
---@param name string
---@return floe.lineage.identity?
function Datasets:named(name)
  local found
  for unique_id, identity in pairs(self.known) do
    if identity and self.names[unique_id] == name then
      if found then
        return nil
      end
      found = identity
    end
  end
  return found
end

--- Keeps which table a node makes, as dbt told.
---@param node table
function Datasets:learn(node)
  if node.relation and node.relation.identifier then
    self.known[node.unique_id] = self.naming:table(node.relation) or false
    self.names[node.unique_id] = node.name
  end
end

--- The dataset that a node makes or is.
---@param unique_id string
---@return floe.lineage.identity? nil where it is not known, or makes none
function Datasets:of(unique_id)
  local known = self.known[unique_id]
  if known == nil then
    local fact <const> = self:fact(unique_id)
    known = fact and fact.kind ~= "exposure" and identity_of(self, fact) or false
    self.known[unique_id] = known
  end
  return known or nil
end

local function is_ephemeral(fact)
  return fact ~= nil and fact.kind == "model" and fact.materialized == "ephemeral"
end

-- Adds what a node reads; in the place of a model that exists in others' SQL only stands what that one reads.
local function add_inputs(self, out, seen, unique_ids)
  for _, unique_id in ipairs(unique_ids) do
    local fact <const> = self:fact(unique_id)
    if seen[unique_id] then
      goto continue
    end
    seen[unique_id] = true
    if is_ephemeral(fact) then
      add_inputs(self, out, seen, fact.depends_on)
    else
      local identity <const> = self:of(unique_id)
      if identity then
        out[#out + 1] = { identity = identity, fact = fact }
      end
    end
    ::continue::
  end
end

--- What a node reads.
---@param unique_ids string[] what it depends on
---@return { identity: floe.lineage.identity, fact: any? }[]
function Datasets:inputs(unique_ids)
  local out <const> = {}
  add_inputs(self, out, {}, unique_ids)
  return out
end

-- ---- what is known of it ----------------------------------------------------------------------------------

local function text_or_nil(value)
  return type(value) == "string" and value ~= "" and value or nil
end

-- The columns of a node: those that were told of it, otherwise those that the project declares.
local function columns_of(node, fact)
  if node and node.columns then
    return node.columns
  end
  local out <const> = {}
  for name, column in pairs(fact and fact.columns or {}) do
    local floe <const> = column.meta.floe
    local marked <const> = floe ~= nil and type(floe) ~= "string" and floe or column.meta
    out[#out + 1] = {
      name = name, type = column.data_type, description = text_or_nil(column.description),
      classification = marked.classification, pii_type = marked.pii_type, sensitivity = marked.sensitivity,
    }
  end
  return out
end

local function schema_facet(declared)
  if #declared == 0 then
    return nil
  end
  local fields <const> = {}
  for index, column in ipairs(declared) do
    fields[index] = object("name", column.name, "type", text_or_nil(column.type), "description",
      text_or_nil(column.description), "ordinal_position", index)
  end
  return facets.make("schema", "fields", list(fields))
end

local function classification_facet(declared)
  local classified <const> = {}
  for _, column in ipairs(declared) do
    if text_or_nil(column.classification) then
      classified[#classified + 1] = object("name", column.name, "classification", column.classification, "pii_type",
        text_or_nil(column.pii_type), "sensitivity", text_or_nil(column.sensitivity))
    end
  end
  return #classified > 0 and facets.make("dataClassification", "columns", list(classified)) or nil
end

local function owners_facet(kind, owner)
  local name <const> = text_or_nil(owner)
  return name and facets.make(kind, "owners", list { object("name", name, "type", "OWNER") }) or nil
end

local function tags_facet(kind, tags)
  local out <const> = {}
  for index = 1, #(tags or {}) do
    out[index] = object("key", tags[index], "value", "true", "source", "DBT")
  end
  return #out > 0 and facets.make(kind, "tags", list(out)) or nil
end

M.owners_facet, M.tags_facet = owners_facet, tags_facet

local TYPES <const> = {
  view = "VIEW", materialized_view = "VIEW", table = "TABLE", incremental = "TABLE", seed = "TABLE", snapshot = "TABLE",
}

local function type_facet(materialization)
  local kind <const> = TYPES[materialization]
  return kind and facets.make("datasetType", "datasetType", kind, "subType",
    materialization == "materialized_view" and "MATERIALIZED" or nil) or nil
end

-- A namespace as an address (RFC 3986). Readers in Java refuse the whole event for one that is none.
local function address_of(namespace)
  local scheme <const>, host <const>, path <const> = namespace:match("^(%a[%w+.-]*://)([^/]*)(.*)$")
  return scheme and scheme .. percent.encode(host, "[^%w._~:@!$&'()*+,;=%[%]-]")
    .. percent.encode(path, "[^%w._~:@!$&'()*+,;=/-]") or namespace .. ":///"
end

local function source_facet(identity)
  return facets.make("dataSource", "name", identity.namespace, "uri", address_of(identity.namespace))
end

-- A table of Iceberg is known to its catalog as well.
local function is_iceberg(fact)
  local config <const> = fact and fact.config or nil
  return config ~= nil and (config.table_format == "iceberg" or config.file_format == "iceberg")
end

local function catalog_facets(self, fact, relation)
  local config <const> = self.catalog and self.catalog.config or {}
  local uri <const> = text_or_nil(config.uri)
  if not (uri and relation and relation.schema and is_iceberg(fact)) then
    return nil, nil
  end
  local address <const> = uri:gsub("^(%a[%w+.-]*://)[^/]*@", "%1")
  local name <const> = ("%s.%s"):format(relation.schema, relation.identifier)
  return facets.make("symlinks", "identifiers",
      list { object("namespace", address, "name", name, "type", "TABLE") }),
    facets.make("catalog", "framework", "iceberg", "type", "rest", "name", relation.database or config.warehouse
      or self.catalog.type, "metadataUri", address, "warehouseUri", text_or_nil(config.warehouse))
end

local function floe_facet(self, layer)
  local product <const> = self.product
  return facets.make("floe_dataset", "product", product.name and object("name", product.name, "version",
    product.version), "namespace", product.namespace, "domain", product.domain, "layer", layer)
end

-- Of a query's tables only those count that the node is known to read.
local function read_among(inputs)
  return function(matches)
    local found
    for _, input in ipairs(inputs) do
      if matches(input.identity) then
        if found then
          return nil
        end
        found = input.identity
      end
    end
    return found
  end
end

-- Which columns come from where, as far as the SQL leaves no doubt.
local function lineage_facet(self, node, declared)
  if not (node and node.compiled_sql and node.parents) then
    return nil
  end
  local among <const> = read_among(self:inputs(node.parents))
  local names <const> = {}
  for index, column in ipairs(declared) do
    names[index] = column.name
  end
  local fields <const> = {}
  for _, column in ipairs(columns.passed(node.compiled_sql, {
    dialect = node.adapter, declared = names,
    relation = function(parts)
      local name <const> = "." .. table.concat(parts, "."):lower()
      return #parts > 1 and among(function(identity)
        return identity.namespace == self.naming.namespace and ("." .. identity.name:lower()):sub(-#name) == name
      end) or nil
    end,
    location = function(path)
      local wanted <const> = self.naming:location(path)
      return wanted and among(function(identity)
        return identity.namespace == wanted.namespace and identity.name == wanted.name
      end)
    end,
  })) do
    fields[#fields + 1] = column.name
    fields[#fields + 1] = object("inputFields", list { object("namespace", column.identity.namespace, "name",
      column.identity.name, "field", column.field, "transformations",
      list { object("type", "DIRECT", "subtype", "IDENTITY") }) })
  end
  return #fields > 0 and facets.make("columnLineage", "fields", json.members(fields)) or nil
end

--- The facets of a dataset that the product makes.
---@param identity floe.lineage.identity
---@param node table? as it was told
---@param fact any? the node in the project
---@return table
function Datasets:output_facets(identity, node, fact)
  local declared <const> = columns_of(node, fact)
  local relation <const> = node and node.relation or fact and relation_of(fact)
  local symlinks <const>, catalog <const> = catalog_facets(self, fact, relation)
  local owner <const> = fact and fact.meta.owner or self.product.owner
  return object("dataSource", source_facet(identity), "schema", schema_facet(declared), "datasetType",
    type_facet(node and node.materialization or fact and fact.materialized), "documentation",
    fact and text_or_nil(fact.description) and facets.make("documentation", "description", fact.description,
      "contentType", "text/markdown"), "ownership", owners_facet("ownership", owner), "tags",
    tags_facet("tags", fact and fact.tags), "dataClassification", classification_facet(declared),
    "columnLineage", lineage_facet(self, node, declared),
    "symlinks", symlinks, "catalog", catalog, "floe", floe_facet(self, node and node.layer or fact and fact.layer))
end

local function snapshot_facet(snapshot)
  local counts <const> = {}
  for _, name in ipairs(set.list(snapshot.counts)) do
    counts[#counts + 1], counts[#counts + 2] = name, snapshot.counts[name]
  end
  return facets.make("icebergSnapshot", "snapshot_id", snapshot.id, "timestamp_ms", snapshot.at, "operation",
    snapshot.operation, "summary", #counts > 0 and object(table.unpack(counts)) or nil)
end

--- The facets of a dataset that the product reads. What it makes itself is described where it is made.
---@param identity floe.lineage.identity
---@param fact any?
---@param snapshot table? of an Iceberg table: that which was read
---@return table
function M.input_facets(identity, fact, snapshot)
  if not fact or fact.kind ~= "source" then
    return object("dataSource", source_facet(identity), "version",
      snapshot and facets.make("version", "datasetVersion", snapshot.id), "icebergSnapshot",
      snapshot and snapshot_facet(snapshot))
  end
  local declared <const> = columns_of(nil, fact)
  local described <const> = text_or_nil(fact.description)
  return object("dataSource", source_facet(identity), "schema", schema_facet(declared), "documentation",
    described and facets.make("documentation", "description", described, "contentType", "text/markdown"), "ownership",
    owners_facet("ownership", fact.meta.owner or fact.source_meta.owner), "tags", tags_facet("tags", fact.tags),
    "dataClassification", classification_facet(declared))
end

return M
