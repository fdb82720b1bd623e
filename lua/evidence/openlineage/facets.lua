-- Facets of OpenLineage: which there are, in which version of their schema, and how one is made. The official ones are
-- those of the specification 2.0.2 as it was published; floe's own are described in `schemas.lua`.
local json <const> = require "host.json"
local schemas <const> = require "evidence.openlineage.schemas"
local system <const> = require "host.system"

local M = {}

--- Who makes the events: a URI, as the specification asks for one.
M.producer = "https://floe.dev/floe/" .. system.versions().floe

--- The schema of an event that tells of a run.
M.event_schema = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"

local OFFICIAL <const> = "https://openlineage.io/spec/facets/%s/%s.json#/$defs/%s"

local function official(version, name)
  return OFFICIAL:format(version, name, name)
end

local function own(kind)
  local one <const> = schemas.all[kind]
  return ("%s#/$defs/%s"):format(schemas.address(one), one.name)
end

-- By what follows the key in an event: the entity that carries the facet.
local SCHEMAS <const> = {
  -- runs
  parent = official("1-2-0", "ParentRunFacet"),
  nominalTime = official("1-0-1", "NominalTimeRunFacet"),
  errorMessage = official("1-0-1", "ErrorMessageRunFacet"),
  processing_engine = official("1-1-1", "ProcessingEngineRunFacet"),
  test = official("1-0-1", "TestRunFacet"),
  run_tags = official("1-0-0", "TagsRunFacet"),
  -- jobs
  jobType = official("2-0-4", "JobTypeJobFacet"),
  sourceCodeLocation = official("1-1-0", "SourceCodeLocationJobFacet"),
  sql = official("1-1-0", "SQLJobFacet"),
  job_ownership = official("1-0-1", "OwnershipJobFacet"),
  job_documentation = official("1-1-0", "DocumentationJobFacet"),
  job_tags = official("1-0-0", "TagsJobFacet"),
  -- datasets
  schema = official("1-2-0", "SchemaDatasetFacet"),
  dataSource = official("1-0-1", "DatasourceDatasetFacet"),
  datasetType = official("1-0-1", "DatasetTypeDatasetFacet"),
  ownership = official("1-0-1", "OwnershipDatasetFacet"),
  documentation = official("1-1-0", "DocumentationDatasetFacet"),
  tags = official("1-0-0", "TagsDatasetFacet"),
  symlinks = official("1-0-1", "SymlinksDatasetFacet"),
  catalog = official("1-1-0", "CatalogDatasetFacet"),
  columnLineage = official("1-2-0", "ColumnLineageDatasetFacet"),
  version = official("1-0-1", "DatasetVersionDatasetFacet"),
  dataQualityMetrics = official("1-0-3", "DataQualityMetricsInputDatasetFacet"),
  dataQualityAssertions = official("1-1-0", "DataQualityAssertionsDatasetFacet"),
  outputStatistics = official("1-0-2", "OutputStatisticsOutputDatasetFacet"),
  -- floe's own
  floe = own "floe-run-facet",
  floe_dataset = own "floe-dataset-facet",
  dataClassification = own "data-classification-facet",
  contractViolation = own "contract-violation-facet",
  contractStatus = own "contract-status-facet",
  traceCorrelation = own "trace-correlation-facet",
  icebergSnapshot = own "iceberg-snapshot-facet",
}

--- An object that is printed in this order; what has no value is left out.
---@param ... any key, value, key, value, …
---@return table
function M.object(...)
  local out <const>, count <const>, last = { ... }, select("#", ...), 0
  for index = 1, count, 2 do
    local value <const> = out[index + 1]
    if value ~= nil then
      out[last + 1], out[last + 2] = out[index], value
      last = last + 2
    end
  end
  for index = last + 1, count do
    out[index] = nil
  end
  return json.members(out)
end

--- A facet.
---@param kind string a key of the schemas above
---@param ... any its members: key, value, …
---@return table
function M.make(kind, ...)
  return M.object("_producer", M.producer, "_schemaURL", SCHEMAS[kind], ...)
end

--- A list that is printed as one also where it is empty.
M.list = json.array

return M
