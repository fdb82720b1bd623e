-- A run as one JSON document, which `floe run --format json` prints, and its form, of which the schema and the
-- reference page are made. Every key is always there, null where it has no value.

local contracts <const> = require "contract.reports"
local json <const> = require "host.json"
local members <const> = require "manifest.fields"
local nodes <const> = require "run.nodes"
local shape <const> = require "manifest.shape"
local verdicts <const> = require "run.verdict"

local M = {}

local SCHEMA <const> = "floe.dev/run/v1"

-- ---- its form -----------------------------------------------------------------------------------------------

local count <const>, list <const>, or_null <const> = members.count, members.list, members.or_null
local text <const>, text_or_null <const>, truth <const> = members.text, members.text_or_null, members.truth
local moment <const>, whole <const> = { type = "integer", minimum = 0 }, { type = "integer" }
local free <const>, seconds <const> = { type = "object", additional = true }, { type = "number", minimum = 0 }

local function node_fields(more)
  local out <const> = {
    text("unique_id", "dbt's id of it."),
    text("kind", "What it is: `model`, `seed`, `snapshot`, `test` …"),
    text("name", "Its name."),
    text("status", "How it ended: `success`, `pass`, `warn`, `error`, `fail`, `skipped` or `aborted`."),
    count("attempt", "The attempt that ran it, from 1."),
    truth("reused", "An earlier attempt has done it, and it did not run again."),
    or_null("started_at", moment, "When it began, in milliseconds since 1970; null for one that is reused."),
    or_null("seconds", seconds, "How long it took."),
    text_or_null("message", "What dbt says of its failure."),
    text_or_null("file", "Its file, in the dbt project."),
  }
  return table.move(more, 1, #more, #out + 1, out)
end

local model <const> = {
  name = "RunModel",
  type = "object",
  doc = "A node that makes data.",
  fields = node_fields {
    or_null("rows", whole, "How many rows it wrote, where the adapter says so."),
    text_or_null("layer", "Its layer, such as `gold`."),
    text_or_null("materialization", "What it is made as."),
  },
}

local test <const> = {
  name = "RunTest",
  type = "object",
  doc = "A test.",
  fields = node_fields {
    or_null("failures", whole, "How many rows it found."),
    text_or_null("test", "What is tested, such as `not_null`."),
    text_or_null("model", "The unique_id of the model that it is of."),
    text_or_null("column", "The column."),
  },
}

local function part(name, doc, fields)
  return { name = name, type = "object", doc = doc, fields = fields }
end

local product <const> = part("RunProduct", "A product.", {
  text_or_null("id", "The domain and the name."), text_or_null("version", "Its version."),
  text("path", "Its folder, as floe was asked for it."),
})

local platform <const> = part("RunPlatform", "A platform.", {
  text("name", "Its name."), text("version", "Its version."),
  shape.field("digest", shape.digest, { required = true, doc = "That of its manifest." }),
})

local artifact <const> = part("RunArtifact", "What was compiled.", {
  shape.field("digest", shape.digest, { required = true, doc = "That of its file." }),
  text("compiled_at", "When it was compiled, in UTC."),
})

local engine <const> = part("RunEngine", "The dbt that ran.", {
  text_or_null("version", "Its version."), text_or_null("adapter", "The adapter and its version."),
  text_or_null("target", "The target."),
})

--- The form of the document.
M.shape = {
  type = "object",
  doc = "What `floe run --format json` prints: one document at the end of the run, also of one that was refused.",
  fields = {
    { "schema", type = "string", required = true, enum = { SCHEMA }, doc = "The form of this document." },
    text("floe", "The version of floe."),
    text_or_null("run", "The run's id, by which `floe ledger list --run ID` finds it; null: nothing was begun."),
    text_or_null("trace", "The id of its trace; null: nothing was begun."),
    count("attempt", "Which attempt it is: 1, or with `--retry-failed` more."),
    text_or_null("retry_of", "The run whose rest it did."),
    { "status", type = "string", required = true, enum = { "complete", "failed", "aborted", "refused" },
      doc = "How it ended; `refused`: nothing was begun." },
    { "verdict", type = "string", required = true, enum = { "pass", "warned", "alerted", "blocked", "error" },
      doc = "What policies make of it; `blocked` also where something failed, `error` where not all could be judged." },
    count("exit", "The exit code."),
    text_or_null("message", "Why it did not end well."),
    text("as_of", "The time that was judged, in UTC."),
    or_null("started_at", moment, "When it began, in milliseconds since 1970."),
    shape.field("seconds", seconds, { required = true, doc = "How long it took." }),
    text_or_null("environment", "The environment (`--environment`, `FLOE_ENV`)."),
    shape.field("product", product, { required = true, doc = "What ran." }),
    or_null("platform", platform, "The platform that it was compiled for; null: none, or it was not found out."),
    or_null("artifact", artifact, "The artifact; null where there is none that may run."),
    or_null("dbt", engine, "The dbt that ran; null where none did."),
    or_null("selection", free, "What was asked for: `select`, `exclude`, `full_refresh`, `threads`, `target` (that of "
      .. "the compile where none is named), `environment`, `vars`."),
    { "counts", type = "object", additional = whole, required = true,
      doc = "The nodes of this attempt by their status." },
    list("models", model, "Models, seeds, snapshots and operations, in the order in which they ended."),
    list("tests", test, "Tests and unit tests, in that order."),
    list("contracts", contracts.check, "The checks of its contracts."),
    list("findings", free, "What policies found, as a verdict has it."),
    list("errors", free, "What failed: models and tests, policies that could not run, and all else that was said "
      .. "as an error, as a verdict has it."),
    list("notes", free, "What somebody should look at, as a verdict has it."),
    list("evidence", { type = "string" }, "What could not be kept or sent of its evidence."),
  },
}

-- ---- what stands in it --------------------------------------------------------------------------------------

local function or_nothing(value)
  return value == nil and json.null or value
end

-- An object with a form's keys; what is missing is null.
local function object(form, values)
  local pairs_of <const> = {}
  for index, described in ipairs(form.fields) do
    pairs_of[index] = { described[1], or_nothing(values[described[1]]) }
  end
  return json.object(pairs_of)
end

local function model_of(node)
  return object(model, setmetatable({ reused = node.reused or false }, { __index = node }))
end

local function test_of(node)
  return object(test, setmetatable({
    reused = node.reused or false, test = node.test_name, model = node.attached, column = node.column_name,
  }, { __index = node }))
end

local function split(all)
  local models <const>, tests <const> = {}, {}
  for _, node in ipairs(all) do
    if nodes.is_check(node) then
      tests[#tests + 1] = test_of(node)
    else
      models[#models + 1] = model_of(node)
    end
  end
  return json.array(models), json.array(tests)
end

local function checks_of(results)
  local record <const>, out <const> = require "check.record", {}
  for index, result in ipairs(results) do
    out[index] = record.result(result)
  end
  return json.array(out)
end

local function counts_of(counts)
  return next(counts) and counts or json.object {}
end

--- The document of a run that ended.
---@param run floe.run.running
---@param exit integer
---@return table for host.json.encode
function M.of(run, exit)
  local plan <const>, described <const>, result <const> = run.plan, run.described, run.result or {}
  local verdict <const> = verdicts.of(run, exit)
  local told <const> = require("report.json").parts(verdict)
  local models <const>, tests <const> = split(run.work.nodes)
  local first <const> = run.problems[1]
  return object(M.shape, {
    schema = SCHEMA, floe = verdict.floe, as_of = verdict.as_of, exit = exit, verdict = verdict.verdict,
    run = described and run.id, trace = described and run.trace.trace_id, attempt = run.attempt,
    retry_of = run.retry and run.retry.of, status = result.status or run.retry and run.retry.nothing and "complete"
      or "refused",
    message = result.message or first and first.message, started_at = described and described.at,
    seconds = result.seconds or run:seconds(), environment = run.asked.environment,
    product = object(product, verdict.product),
    platform = plan and plan.platform and object(platform, plan.platform),
    artifact = plan and object(artifact, { digest = plan.digest, compiled_at = plan.artifact.metadata.compiled_at }),
    dbt = run.engine and object(engine, run.engine), selection = described and described.selection,
    counts = counts_of(run.work.counts), models = models, tests = tests, contracts = checks_of(run.checks),
    findings = told.findings, errors = told.errors, notes = told.notes, evidence = json.array(run.unkept),
  })
end

return M
