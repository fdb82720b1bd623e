-- What a command does, as events of OpenLineage 2.0.2: a run for the command, one for each model, seed and snapshot,
-- one for the tests of each, and one for each check of a contract. A run that starts ends once, also where the command
-- is cut off: where it is killed, the next command ends what it left. What is not known is left out, never guessed.
local contracts <const> = require "evidence.openlineage.contracts"
local datasets <const> = require "evidence.openlineage.datasets"
local events <const> = require "evidence.openlineage.event"
local facets <const> = require "evidence.openlineage.facets"
local files <const> = require "host.files"
local naming <const> = require "evidence.openlineage.naming"
local parents <const> = require "evidence.openlineage.parents"
local source <const> = require "evidence.openlineage.source"
local system <const> = require "host.system"
local tests <const> = require "evidence.openlineage.tests"
local unended <const> = require "evidence.openlineage.unended"

local M = {}

local object <const>, list <const> = facets.object, facets.list

local Observer <const> = {}
Observer.__index = Observer

-- Commands in which something runs. Where files are only judged there is no lineage to tell.
local TOLD <const> = { run = "PIPELINE", check = "CONTRACT_CHECK", monitor = "MONITOR" }

local KINDS <const> = { model = "MODEL", seed = "SEED", snapshot = "SNAPSHOT" }

local ENDS <const> = { success = "COMPLETE", error = "FAIL", fail = "FAIL", aborted = "ABORT", skipped = "ABORT" }

---@class floe.lineage.context
---@field root string the product's folder
---@field destinations table[] where events go
---@field put fun(destination: table, text: string) takes one event
---@field env (fun(name: string): string?)?
---@field project any? the dbt project as facts, or a function that gives it when it is needed
---@field connection floe.check.connection? how dbt connects
---@field catalog any? the plugin `catalog`: its type and its config
---@field durable boolean? runs that have not ended are noted in the product's folder

--- The observer; nil where there is nobody to tell.
---@param context floe.lineage.context
---@return table?
function M.open(context)
  if #context.destinations == 0 then
    return nil
  end
  return setmetatable({
    context = context, env = context.env or system.env, runs = {}, off = true,
  }, Observer)
end

-- ---- runs ---------------------------------------------------------------------------------------------------

function Observer:put(text)
  for _, destination in ipairs(self.context.destinations) do
    self.context.put(destination, text)
  end
end

function Observer:emit(kind, at, run, more)
  self:put(events.text(kind, at, run, more))
end

local function error_facet(message, language)
  return facets.make("errorMessage", "message", message, "programmingLanguage", language)
end

-- Begins a run: no run is begun twice.
function Observer:begin(key, run, at, more)
  self.runs[key] = run
  run.last = at
  if self.unended then
    self.unended:began(run.id, events.text("ABORT", at, run, {
      facets = { "errorMessage", error_facet("it was cut off: its process ended without a word", "C") },
    }))
  end
  self:emit("START", at, run, more)
  return run
end

-- Ends a run, once. A clock that was set back does not make it end before it began.
function Observer:finish(key, kind, at, more)
  local run <const> = self.runs[key]
  if run then
    self.runs[key] = nil
    self:emit(kind, math.max(at, run.last), run, more)
    if self.unended then
      self.unended:ended(run.id)
    end
  end
end

-- A job of the product.
function Observer:job(name, ...)
  return { namespace = self.namespace, name = name, facets = { ... } }
end

local function compact(...)
  local given <const>, out <const> = table.pack(...), {}
  for index = 1, given.n, 2 do
    if given[index + 1] ~= nil then
      out[#out + 1], out[#out + 2] = given[index], given[index + 1]
    end
  end
  return out
end

M.compact = compact

-- ---- the command ----------------------------------------------------------------------------------------------

local function trace_facet(trace)
  return trace and facets.make("traceCorrelation", "trace_id", trace.trace_id, "span_id", trace.span_id) or nil
end

local function engine_facet(engine)
  return engine and engine.version and facets.make("processing_engine", "version", engine.version, "name", engine.name,
    "openlineageAdapterVersion", system.versions().floe) or nil
end

local function floe_facet(command)
  local product <const>, platform <const> = command.product, command.platform
  return facets.make("floe", "version", system.versions().floe, "command", command.command, "mode",
    platform and platform.mode, "namespace", product and product.namespace, "product",
    product and object("name", product.name, "version", product.version), "domain", product and product.domain,
    "environment", command.environment, "attempt", command.attempt, "platform",
    platform and object("name", platform.name, "version", platform.version, "digest", platform.digest))
end

local function environment_tags(command)
  return command.environment and facets.make("run_tags", "tags",
    list { object("key", "environment", "value", command.environment, "source", "FLOE") }) or nil
end

function Observer:open_datasets(product)
  local context <const> = self.context
  local connection <const> = context.connection or {}
  self.folder = connection.project or context.root
  self.datasets = datasets.open {
    naming = naming.of(connection.output or {}, files.absolute(self.folder)), project = context.project,
    catalog = context.catalog, product = product,
  }
end

--- What a job says of the code behind it.
function Observer:source_facet(file)
  if self.source == nil then
    self.source = source.of(self.context.root, self.product.repository) or false
  end
  return source.facet(self.source or nil, file)
end

-- Ends what earlier commands left, and notes from now on what this one may leave.
function Observer:keep_notes(id)
  unended.end_left(self.context.root, function(text)
    self:put(text)
  end)
  self.unended = unended.open(self.context.root, id)
end

---@param command table
function Observer:command_started(command)
  local kind <const> = TOLD[command.command]
  self.off = not kind
  if self.off then
    return
  end
  if self.context.durable then
    self:keep_notes(command.id)
  end
  local product <const> = command.product or {}
  self.command, self.product = command, product
  local own <const> = parents.run(self.env, product, command.id, command.command)
  self.namespace = own.job.namespace
  local job <const> = self:job(own.job.name)
  self.parents = parents.of(self.env, own)
  self.trace = trace_facet(command.trace)
  self:open_datasets(product)
  local nominal <const> = parents.nominal(self.env)
  job.facets = compact("jobType", facets.make("jobType", "processingType", "BATCH", "integration", "FLOE",
    "jobType", kind), "ownership", datasets.owners_facet("job_ownership",
    product.owner), "documentation", product.description and facets.make("job_documentation", "description",
    product.description), "sourceCodeLocation", self:source_facet(self.context.root))
  self.main = self:begin("", {
    id = command.id, job = job, facets = compact("parent", self.parents.outer, "traceCorrelation", self.trace,
      "nominalTime", nominal and facets.make("nominalTime", "nominalStartTime", nominal), "processing_engine",
      engine_facet { name = "floe", version = system.versions().floe }, "floe", floe_facet(command), "tags",
      environment_tags(command)),
  }, command.at)
end

--- What executes the nodes, once it is known.
---@param engine { name: string, version: string }
function Observer:engine_started(engine)
  self.engine = engine_facet(engine)
end

-- What every run within the command carries.
function Observer:inner_facets(...)
  local out <const> = compact("parent", self.parents.inner, "traceCorrelation", self.trace, ...)
  return out
end

-- ---- nodes ----------------------------------------------------------------------------------------------------

function Observer:node_job(node, fact)
  local meta <const> = fact and fact.meta
  local job <const> = self:job(node.unique_id)
  job.facets = compact("jobType", facets.make("jobType", "processingType", "BATCH", "integration", "DBT", "jobType",
    KINDS[node.kind]), "ownership", datasets.owners_facet("job_ownership", meta and meta.owner or self.product.owner),
    "documentation", fact and fact.description ~= "" and facets.make("job_documentation", "description",
      fact.description, "contentType", "text/markdown") or nil, "tags", datasets.tags_facet("job_tags",
      fact and fact.tags), "sourceCodeLocation", self:source_facet(fact and fact.own
      and files.join(self.folder, fact.file) or nil))
  return job
end

-- What a node reads, described.
function Observer:inputs(node, fact)
  local inputs <const> = {}
  for index, input in ipairs(self.datasets:inputs(node.parents or fact and fact.depends_on or {})) do
    inputs[index] = object("namespace", input.identity.namespace, "name", input.identity.name, "facets",
      datasets.input_facets(input.identity, input.fact))
  end
  return inputs
end

-- What a node makes: its name alone, or described where it was made.
function Observer:outputs(node, fact, statistics)
  local identity <const> = self.datasets:of(node.unique_id)
  if not identity then
    return {}
  end
  local made <const> = node.status == "success"
  return { object("namespace", identity.namespace, "name", identity.name, "facets",
    made and self.datasets:output_facets(identity, node, fact) or nil, "outputFacets", made and statistics or nil) }
end

local function is_told(node)
  return KINDS[node.kind] ~= nil and node.materialization ~= "ephemeral"
end

function Observer:begin_node(node, at)
  local fact <const> = self.datasets:fact(node.unique_id)
  self.datasets:learn(node)
  return self:begin(node.unique_id, {
    id = node.id, job = self:node_job(node, fact), fact = fact,
    facets = self:inner_facets("processing_engine", self.engine),
  }, at, { inputs = self:inputs(node, fact), outputs = self:outputs({ unique_id = node.unique_id }, fact) })
end

---@param node table
function Observer:node_started(node)
  if self.off then
    return
  elseif is_told(node) then
    self:begin_node(node, node.started_at or node.at)
  else
    tests.started(self, node)
  end
end

---@param node table
function Observer:node_running(node)
  local run <const> = not self.off and self.runs[node.unique_id]
  if run then
    self:emit("RUNNING", node.at, run)
  end
end

--- How the run of a node ends in lineage.
---@param node table
---@return "COMPLETE"|"FAIL"|"ABORT"|nil nil where it has no run
function M.state(node)
  return is_told(node) and not node.reused and (ENDS[node.status] or "COMPLETE") or nil
end

local function statistics_of(node)
  return (node.rows or node.bytes) and object("outputStatistics",
    facets.make("outputStatistics", "rowCount", node.rows, "size", node.bytes)) or nil
end

-- A node that never began has no run to end; one that was reused did not run at all.
function Observer:end_node(node)
  local run = self.runs[node.unique_id]
  if node.reused or not run and (node.status == "skipped" or node.status == "aborted") then
    return
  end
  run = run or self:begin_node(node, node.started_at or node.at)
  self.datasets:learn(node)
  local kind <const> = M.state(node)
  self:finish(node.unique_id, kind, node.at, {
    facets = compact("errorMessage", kind == "FAIL" and error_facet(node.message or "the node failed", "SQL") or nil),
    job_facets = compact("sql", node.compiled_sql and facets.make("sql", "query", node.compiled_sql, "dialect",
      node.adapter) or nil),
    inputs = self:inputs(node, run.fact),
    outputs = node.status == "success" and self:outputs(node, run.fact, statistics_of(node)) or nil,
  })
end

---@param node table
function Observer:node_ended(node)
  if self.off then
    return
  elseif is_told(node) then
    self:end_node(node)
  else
    tests.ended(self, node)
  end
end

function Observer:step_ended()
  if not self.off then
    tests.finish(self)
  end
end

-- ---- verdicts and contracts -------------------------------------------------------------------------------------

---@param verdict table
function Observer:policy_judged(verdict)
  local told <const> = not self.off and tests.of_policies(verdict)
  if told and self.runs[""] then
    local at <const> = verdict.at or system.nanoseconds() // 1000000
    self:emit("RUNNING", math.max(at, self.main.last), self.main, { facets = { "test", told } })
  end
end

---@param result table
function Observer:contract_checked(result)
  if not self.off then
    contracts.checked(self, result)
  end
end

-- ---- the end ------------------------------------------------------------------------------------------------------

-- Whatever is still open when the command ends did not end by itself.
function Observer:abort_open(at)
  local keys <const> = {}
  for key in pairs(self.runs) do
    keys[#keys + 1] = key ~= "" and key or nil
  end
  table.sort(keys)
  for _, key in ipairs(keys) do
    self:finish(key, "ABORT", at)
  end
end

local COMMAND_ENDS <const> = { complete = "COMPLETE", failed = "FAIL", aborted = "ABORT" }

-- Ends all that is open, the command last.
function Observer:finish_all(kind, at, more)
  tests.finish(self)
  self:abort_open(at)
  self:finish("", kind, at, more)
  if self.unended then
    self.unended:close()
    self.unended = nil
  end
end

---@param result table
function Observer:command_ended(result)
  if self.off or not self.main then
    return
  end
  self:finish_all(COMMAND_ENDS[result.status] or "FAIL", result.at, {
    facets = compact("errorMessage", result.message and result.status ~= "complete"
      and error_facet(result.message, "C") or nil),
  })
end

--- A command that ended without a word is aborted.
function Observer:close()
  if not self.off and self.main and self.runs[""] then
    self:finish_all("ABORT", system.nanoseconds() // 1000000)
  end
end

return M
