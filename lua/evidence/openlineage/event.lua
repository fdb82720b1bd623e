-- One event of OpenLineage, as the text that is sent.
local facets <const> = require "evidence.openlineage.facets"
local json <const> = require "host.json"
local moment <const> = require "evidence.moment"

local M = {}

local object <const>, list <const> = facets.object, facets.list

---@class floe.lineage.job
---@field namespace string
---@field name string
---@field facets table?

---@class floe.lineage.run an execution of a job
---@field id string UUID
---@field job floe.lineage.job
---@field facets any[] key, value, … of what every event of the run carries

--- The text of an event, one line.
---@param kind "START"|"RUNNING"|"COMPLETE"|"FAIL"|"ABORT"
---@param at integer milliseconds
---@param run floe.lineage.run
---@param more { facets: any[]?, inputs: table[]?, outputs: table[]?, job_facets: any[]? }?
---@return string
function M.text(kind, at, run, more)
  more = more or {}
  local job <const> = run.job
  local run_facets <const> = table.move(run.facets, 1, #run.facets, 1, {})
  table.move(more.facets or {}, 1, #(more.facets or {}), #run_facets + 1, run_facets)
  local job_facets <const> = table.move(job.facets or {}, 1, #(job.facets or {}), 1, {})
  table.move(more.job_facets or {}, 1, #(more.job_facets or {}), #job_facets + 1, job_facets)
  return json.encode(object("eventType", kind, "eventTime", moment.text(at), "producer", facets.producer, "schemaURL",
    facets.event_schema, "run", object("runId", run.id, "facets", json.members(run_facets)), "job",
    object("namespace", job.namespace, "name", job.name, "facets", json.members(job_facets)), "inputs",
    list(more.inputs or {}), "outputs", list(more.outputs or {})))
end

return M
