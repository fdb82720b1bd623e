-- Facets of OpenLineage: which there are, in which version of their schema, and how one is made. The official ones are
-- those of the specification 2.0.2 as it was published; floe's own are described in `schemas.lua`.
local json <const> = require "host.json"
local system <const> = require "host.system"

local M = {}

--- Who makes the events: a URI, as the specification asks for one.
M.producer = "https://floe.dev/floe/" .. system.versions().floe

--- The schema of an event that tells of a run.
M.event_schema = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"

local OFFICIAL <const>, OWN <const> = "https://openlineage.io/spec/facets/", "https://floe.dev/schemas/facets/"

local function url(base, version, name)
  return ("%s%s/%s.json#/$defs/%s"):format(base, version, name, name)
end

-- By what follows the key in an event: the entity that carries the facet.
local SCHEMAS <const> = {
  -- runs
  parent = url(OFFICIAL, "1-2-0", "ParentRunFacet"),
  nominalTime = url(OFFICIAL, "1-0-1", "NominalTimeRunFacet"),
  errorMessage = url(OFFICIAL, "1-0-1", "ErrorMessageRunFacet"),
  processing_engine = url(OFFICIAL, "1-1-1", "ProcessingEngineRunFacet"),
  test = url(OFFICIAL, "1-0-1", "TestRunFacet"),
  run_tags = url(OFFICIAL, "1-0-0", "TagsRunFacet"),
  -- jobs
  jobType = url(OFFICIAL, "2-0-4", "JobTypeJobFacet"),
  sourceCodeLocation = url(OFFICIAL, "1-1-0", "SourceCodeLocationJobFacet"),
  sql = url(OFFICIAL, "1-1-0", "SQLJobFacet"),
  job_ownership = url(OFFICIAL, "1-0-1", "OwnershipJobFacet"),
  job_documentation = url(OFFICIAL, "1-1-0", "DocumentationJobFacet"),
  job_tags = url(OFFICIAL, "1-0-0", "TagsJobFacet"),
  -- datasets
  schema = url(OFFICIAL, "1-2-0", "SchemaDatasetFacet"),
  dataSource = url(OFFICIAL, "1-0-1", "DatasourceDatasetFacet"),
  datasetType = url(OFFICIAL, "1-0-1", "DatasetTypeDatasetFacet"),
  ownership = url(OFFICIAL, "1-0-1", "OwnershipDatasetFacet"),
  documentation = url(OFFICIAL, "1-1-0", "DocumentationDatasetFacet"),
  tags = url(OFFICIAL, "1-0-0", "TagsDatasetFacet"),
  symlinks = url(OFFICIAL, "1-0-1", "SymlinksDatasetFacet"),
  catalog = url(OFFICIAL, "1-1-0", "CatalogDatasetFacet"),
  columnLineage = url(OFFICIAL, "1-2-0", "ColumnLineageDatasetFacet"),
  dataQualityAssertions = url(OFFICIAL, "1-1-0", "DataQualityAssertionsDatasetFacet"),
  outputStatistics = url(OFFICIAL, "1-0-2", "OutputStatisticsOutputDatasetFacet"),
  -- floe's own
  floe = url(OWN, "1-0-0", "FloeRunFacet"),
  floe_dataset = url(OWN, "1-0-0", "FloeDatasetFacet"),
  dataClassification = url(OWN, "1-0-0", "FloeDataClassificationDatasetFacet"),
  contractViolation = url(OWN, "1-0-0", "FloeContractViolationRunFacet"),
  contractStatus = url(OWN, "1-0-0", "FloeContractStatusRunFacet"),
  traceCorrelation = url(OWN, "1-0-0", "FloeTraceCorrelationRunFacet"),
}

--- An object that is printed in this order; what has no value is left out.
---@param ... any key, value, key, value, …
---@return table
function M.object(...)
  local given <const>, out <const>, last = table.pack(...), {}, 0
  for index = 1, given.n, 2 do
    local value <const> = given[index + 1]
    if value ~= nil then
      out[last + 1], out[last + 2] = given[index], value
      last = last + 2
    end
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
