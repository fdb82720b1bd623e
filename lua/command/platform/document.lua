-- What `floe platform compile --format json` prints: its shape, of which the schema and the reference page are made,
-- and the document itself.
local json <const> = require "host.json"
local shape <const> = require "manifest.shape"
local verdicts <const> = require "report.verdicts"

local field <const>, digest <const> = shape.field, shape.digest

local M = {}

M.schema = "floe.dev/platform-compilation/v1"

local manifest <const> = {
  name = "CompiledManifest",
  type = "object",
  doc = "A platform manifest of the chain.",
  fields = {
    { "name", type = "string", required = true, doc = "Its name." },
    { "version", type = "string", required = true, doc = "Its version." },
    { "tier", type = "string", required = true, enum = { "enterprise", "domain", "platform" }, doc = "Its tier." },
    field("digest", digest, { required = true, doc = "The digest of the file." }),
  },
}

local environment <const> = {
  name = "CompiledEnvironment",
  type = "object",
  doc = "The environment contract that led to the manifest.",
  fields = {
    { "contract", type = "string", required = true, doc = "Its name." },
    { "name", type = "string", required = true, doc = "The environment." },
  },
}

local counts <const> = {
  name = "PlatformCounts",
  type = "object",
  doc = "How many.",
  fields = {
    { "fields", type = "integer", required = true, doc = "Fields that the tiers resolve." },
    { "policies", type = "integer", required = true, doc = "Policies that apply." },
    { "on", type = "integer", required = true, doc = "Policies whose mode is not `off`." },
  },
}

local bundle <const> = {
  name = "CompiledBundle",
  type = "object",
  doc = "A bundle that a tier names.",
  fields = {
    { "name", type = "string", required = true, doc = "Its name." },
    { "version", type = "string", required = true, doc = "Its version." },
    { "policies", type = "integer", required = true, doc = "How many policies it has." },
  },
}

local policy <const> = {
  name = "SettledPolicy",
  type = "object",
  doc = "A policy, as the tiers settle it once the dates of all modes have come.",
  fields = {
    { "id", type = "string", required = true, doc = "The policy." },
    { "bundle", type = "string", required = true, doc = "The bundle it comes from." },
    { "mode", type = "string", required = true, enum = { "off", "warn", "alert_only", "block" },
      doc = "Its strictest mode." },
  },
}

local file <const> = {
  name = "ArtifactEntry",
  type = "object",
  doc = "A file of the artifact.",
  fields = {
    { "path", type = "string", required = true, doc = "Below the artifact's folder." },
    { "size", type = "integer", required = true, doc = "Bytes." },
    field("digest", digest, { required = true, doc = "Its digest." }),
  },
}

local artifact <const> = {
  name = "PlatformArtifact",
  type = "object",
  doc = "The artifact's folder.",
  fields = {
    { "path", type = "string", required = true, doc = "The folder." },
    { "state", type = "string", required = true, enum = { "written", "unchanged", "current", "outdated" },
      doc = "What became of it, or, with --check, how it is." },
    field("digest", digest, {
      required = true, doc = "The digest of its manifest.json, which holds those of the others.",
    }),
    { "files", type = "list", items = file, required = true, doc = "What it holds, or should hold." },
  },
}

local difference <const> = {
  name = "ArtifactDifference",
  type = "object",
  doc = "A file by which the folder differs from what it should hold.",
  fields = {
    { "path", type = "string", required = true, doc = "Below the artifact's folder." },
    { "kind", type = "string", required = true, enum = { "changed", "gone", "new" }, doc = "How it differs." },
  },
}

local problem <const> = {
  name = "PlatformProblem",
  type = "object",
  doc = "What is wrong.",
  fields = {
    { "message", type = "string", required = true, doc = "A sentence." },
    { "hint", type = "string", doc = "What to do." },
    { "file", type = "string", doc = "The file." },
    { "line", type = "integer", doc = "The line." },
    { "column", type = "integer", doc = "The column." },
  },
}

M.shape = {
  name = "PlatformCompilation",
  type = "object",
  doc = "What `floe platform compile --format json` prints. A key that does not apply is absent: there is no "
    .. "`artifact` where something was wrong before there was one.",
  fields = {
    { "schema", type = "string", required = true, enum = { M.schema }, doc = "The form of this document." },
    { "command", type = "string", required = true, enum = { "platform compile" }, doc = "What was run." },
    { "floe", type = "string", required = true, doc = "The version of floe." },
    { "verdict", type = "string", required = true, enum = { "pass", "blocked", "error" },
      doc = "`blocked`: a policy has no test, or the artifact is not current; `error`: the input cannot be used." },
    { "exit", type = "integer", required = true, doc = "The exit code." },
    { "platform", type = "list", items = manifest, required = true, doc = "The chain of tiers, the highest first." },
    field("environment", environment),
    field("counts", counts),
    { "bundles", type = "list", items = bundle, required = true, doc = "Bundles of all tiers." },
    { "policies", type = "list", items = policy, required = true, doc = "Policies." },
    field("artifact", artifact),
    { "differences", type = "list", items = difference, required = true, doc = "With --check: what differs." },
    { "errors", type = "list", items = problem, required = true, doc = "What is wrong." },
  },
}

-- An object with the fields of a shape, in their order; what is absent is left out.
local function object(of, values)
  local out <const> = {}
  for _, row in ipairs(of.fields) do
    local value <const> = values[row[1]]
    if value ~= nil then
      out[#out + 1] = { row[1], type(value) == "string" and verdicts.valid(value) or value }
    end
  end
  return json.object(out)
end

local function objects(of, list, read)
  local out <const> = {}
  for index, item in ipairs(list or {}) do
    out[index] = object(of, read and read(item) or item)
  end
  return json.array(out)
end

local function artifact_of(result)
  return object(artifact, {
    path = result.folder, state = result.state, digest = result.files[#result.files].digest,
    files = objects(file, result.files, function(entry)
      return { path = entry.path, size = #entry.text, digest = entry.digest }
    end),
  })
end

---@class command.platform.result what became of a compilation
---@field exit integer
---@field errors floe.problem[]?
---@field opened command.platform?
---@field policies table[]?
---@field on integer? how many of them are on
---@field folder string? of the artifact
---@field files command.platform.file[]?
---@field state "written"|"unchanged"|"current"|"outdated"|nil
---@field differences table[]?

--- The document of a compilation.
---@param result command.platform.result
---@return table document for host.json.encode
function M.of(result)
  local opened <const>, policies <const> = result.opened or {}, result.policies
  return object(M.shape, {
    schema = M.schema, command = "platform compile", floe = require("host.system").versions().floe,
    verdict = result.exit == 0 and "pass" or result.exit == 1 and "blocked" or "error", exit = result.exit,
    platform = objects(manifest, opened.platforms),
    environment = opened.environment and object(environment, opened.environment) or nil,
    counts = policies and object(counts, {
      fields = #opened.merged.order, policies = #policies, on = result.on,
    }) or nil,
    bundles = objects(bundle, opened.bundles, function(entry)
      return { name = entry.bundle.name, version = entry.bundle.version, policies = #entry.bundle.policies }
    end),
    policies = objects(policy, policies, function(settled)
      return { id = settled.id, bundle = settled.bundle.name, mode = settled.mode }
    end),
    artifact = result.state and artifact_of(result) or nil,
    differences = objects(difference, result.differences),
    errors = objects(problem, result.errors),
  })
end

return M
