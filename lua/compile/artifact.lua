-- The artifact: made from what was compiled, written in the order of its shape, read back.

local document <const> = require "host.document"
local files <const> = require "host.files"
local inputs <const> = require "compile.inputs"
local json <const> = require "host.json"
local plugins <const> = require "compile.plugins"
local problem <const> = require "manifest.problem"
local products <const> = require "phase.product"
local schema <const> = require "compile.shape"
local shape <const> = require "manifest.shape"
local system <const> = require "host.system"

local M = {}

--- Where the artifact is, below the product's folder.
M.path = ".floe/artifacts.json"

--- The version of the form that is written.
M.version = schema.version

-- ---- writing ----------------------------------------------------------------------------------------------

local ordered

local names_of_shapes <const> = {}

-- The names of the fields of a shape, as a set.
local function known_fields(node)
  local names = names_of_shapes[node]
  if not names then
    names = {}
    for _, one in ipairs(node.fields) do
      names[one[1]] = true
    end
    names_of_shapes[node] = names
  end
  return names
end

-- Adds members that the shape leaves open, sorted by their names.
local function add_open(out, node, value)
  local known <const>, more <const> = known_fields(node), {}
  for key in pairs(value) do
    if not known[key] then
      assert(node.additional, tostring(key) .. " is not in the artifact's shape")
      more[#more + 1] = key
    end
  end
  table.sort(more)
  for _, key in ipairs(more) do
    out[#out + 1] = key
    out[#out + 1] = value[key]
  end
end

local function ordered_object(node, value)
  local out <const>, last = {}, 0
  for _, one in ipairs(node.fields) do
    local key <const> = one[1]
    local member <const> = value[key]
    if member ~= nil then
      out[last + 1], out[last + 2] = key, type(member) == "table" and ordered(one, member) or member
      last = last + 2
    else
      assert(not one.required, key .. " is missing from the artifact")
    end
  end
  add_open(out, node, value)
  return json.members(out)
end

-- A table in the order of its shape; what the shape leaves open is sorted by its keys.
function ordered(node, value)
  if node.type == "list" then
    local items <const> = node.items
    if items.type ~= "object" or not items.fields then
      return json.array(value)
    end
    local out <const> = {}
    for index, item in ipairs(value) do
      out[index] = ordered_object(items, item)
    end
    return json.array(out)
  elseif node.type == "object" and node.fields then
    return ordered_object(node, value)
  elseif next(value) == nil then
    return json.object {}
  elseif node.type == "map" and node.values.fields then
    local out <const> = {}
    for key, member in pairs(value) do
      out[key] = ordered(node.values, member)
    end
    return out
  end
  return value
end

--- The text of an artifact.
---@param artifact table
---@return string
function M.encode(artifact)
  return json.encode(ordered(schema.shape, artifact), { indent = 2 }) .. "\n"
end

-- ---- making -----------------------------------------------------------------------------------------------

local function plain(value)
  return value ~= nil and document.plain(value) or nil
end

local function plain_list(list)
  local out <const> = {}
  for index, item in ipairs(list or {}) do
    out[index] = plain(item)
  end
  return out
end

local function metadata(loading, plan)
  local written <const> = loading.spec.metadata
  return {
    compiled_at = system.timestamp(plan.moment.seconds),
    floe_version = system.versions().floe,
    source_hash = inputs.digest(plan.inputs.entries, plan.environment),
    git_commit = plan.moment.commit,
    product_name = written.name,
    product_version = written.version,
    description = written.description,
    owner = written.owner,
  }
end

local function identity(loading, plan)
  local written <const>, known <const> = loading.spec.metadata, plan.registration or {}
  return {
    product_id = loading.id,
    domain = written.domain,
    repository = written.repository,
    namespace_registered = known.registered or false,
    registration_timestamp = known.registered_at,
  }
end

local function inheritance(loading)
  local out <const> = {}
  for index, platform in ipairs(loading.platforms) do
    out[index] = {
      name = platform.name,
      version = platform.version,
      scope = platform.tier,
      ref = files.relative(platform.path, loading.root),
      digest = platform.digest,
    }
  end
  return out
end

-- "model.shop.orders" → "orders", "source.shop.raw.orders" → "raw.orders"
local function short_id(id)
  local kind <const>, rest <const> = id:match("^(%a+)%.[^.]+%.(.+)$")
  return (kind == "source" or kind == "model") and rest or rest or id
end

local function names_of(list, name_of)
  local out <const> = {}
  for _, item in ipairs(list) do
    out[#out + 1] = name_of(item)
  end
  table.sort(out)
  return out
end

local function model_of(model, compute)
  return {
    name = model.name,
    version = model.version ~= nil and tostring(model.version) or nil,
    file = model.file,
    compute = compute,
    tags = plain_list(model.tags),
    depends_on = names_of(model.depends_on, short_id),
    quality_checks = names_of(model.tests, function(test)
      return test.name
    end),
    quality_tier = model.layer,
    materialized = model.materialized,
  }
end

-- Sorts models by name and version: by texts, which is many times faster than by a function.
local function sort_models(models)
  local keys <const>, by_key <const> = {}, {}
  for index, model in ipairs(models) do
    local key <const> = ("%s\0%s\0%d"):format(model.name, model.version or "", index)
    keys[index], by_key[key] = key, model
  end
  table.sort(keys)
  for index, key in ipairs(keys) do
    models[index] = by_key[key]
  end
end

-- The product's own models, in dbt's order of their ids.
local function transforms(loading, plan)
  local models <const>, project <const> = {}, loading.dbt and loading.dbt.project
  for _, model in ipairs(project and project.models or {}) do
    if model.own then
      models[#models + 1] = model_of(model, plan.compute_of[model.name] or plan.compute.default)
    end
  end
  sort_models(models)
  return { default_compute = plan.compute.default, models = models }
end

local function dbt_of(loading, plan)
  local project <const> = loading.dbt and loading.dbt.project
  if not project then
    return nil
  end
  return {
    project_name = project.name,
    project_path = files.relative(loading.dbt.root, loading.root),
    facts = project.facts_from,
    manifest_path = project.facts_from == "manifest" and files.relative(project.file, loading.root) or nil,
    profiles_dir = plan.profiles and files.relative(plan.profiles.folder, loading.root) or nil,
    profile = plan.profile_name,
    adapter = project.adapter,
    version = project.dbt_version or project.dbt_rules,
    target = project.target,
  }
end

local function governance(loading, plan, verdict)
  local policies <const>, bundles <const> = {}, {}
  for index, entry in ipairs(verdict.policies) do
    policies[index] = { id = entry.id, mode = entry.mode, checks = entry.checks, findings = entry.findings }
  end
  for index, bundle in ipairs(plan.bundles) do
    bundles[index] = {
      name = bundle.name,
      version = bundle.version,
      path = not bundle.embedded and files.relative(bundle.path, loading.root) or nil,
    }
  end
  return { resolved = plugins.without_secrets(loading.governance), bundles = bundles, policies = policies }
end

local function verdict_of(verdict, plan)
  local findings <const> = {}
  for index, found in ipairs(verdict.findings) do
    findings[index] = {
      policy = found.policy,
      code = found.code,
      verdict = found.verdict,
      subject = found.subject,
      file = found.file,
      line = found.line,
      message = found.message,
      fingerprint = found.fingerprint,
    }
  end
  return {
    verdict = verdict.verdict,
    counts = verdict.counts,
    findings = findings,
    valid_until = plan.valid_until,
  }
end

--- Where traces, lineage and logs of a product go, and what they carry. The lowest tier that says something about a
--- part wins; channels of alerts come from all tiers.
---@param loading floe.loading
---@return table
function M.observability(loading)
  local out <const> = { tracing = { enabled = false }, lineage = { enabled = false }, logging = {} }
  for _, platform in ipairs(loading.platforms) do
    for part, settings in pairs(platform.view.observability or {}) do
      local said <const> = plugins.without_secrets(document.plain(settings))
      if part == "webhooks" then
        out[part] = json.array(table.move(said, 1, #said, #(out[part] or {}) + 1, out[part] or {}))
      else
        out[part] = said
        if part ~= "logging" and said.enabled == nil then
          said.enabled = true
        end
      end
    end
  end
  local written <const>, about <const> = loading.spec.metadata, products.about(loading)
  out.lineage_namespace = about.namespace
  out.resource_attributes = {
    service_name = written.name,
    service_version = written.version,
    floe_namespace = about.namespace,
    floe_product_name = written.name,
    floe_product_version = written.version,
    floe_mode = about.mode,
  }
  return out
end

local function input_contracts(loading, as_of)
  local consumer <const>, out <const> = require "contract.consumer", {}
  for index, input in ipairs(loading.inputs) do
    out[index] = {
      name = input.name,
      reference = input.reference,
      contract = input.contract,
      version = input.version,
      status = input.lifecycle.status,
      consumer = consumer.is_one(input, as_of),
    }
  end
  return out
end

---@class floe.compile.plan what was planned for a product, see phase/compile.lua
---@field as_of string YYYY-MM-DD
---@field inputs floe.inputs
---@field environment floe.environment.entry[]
---@field selection { profile: string?, target: string?, vars: string? }
---@field moment floe.moment
---@field plugins table<string, table>
---@field compute floe.compute
---@field compute_of table<string, string> by the name of a model
---@field schedule table?
---@field bundles floe.bundle[]
---@field registration floe.registration?
---@field contracts table[] as in the artifact
---@field profiles { folder: string, profiles: table? }?
---@field outputs { path: string, text: string, digest: string }[]
---@field valid_until string?

--- The artifact of a product.
---@param loading floe.loading
---@param plan floe.compile.plan
---@param verdict table
---@return table
function M.make(loading, plan, verdict)
  local spec <const> = loading.spec
  local resolved <const>, outputs <const> = {}, {}
  for category, selection in pairs(plan.plugins) do
    resolved[category] = plugins.without_secrets(selection)
  end
  for index, output in ipairs(plan.outputs) do
    outputs[index] = { path = output.path, digest = output.digest }
  end
  return {
    version = schema.version,
    metadata = metadata(loading, plan),
    identity = identity(loading, plan),
    mode = loading.record.mode,
    inheritance_chain = inheritance(loading),
    plugins = resolved,
    transforms = transforms(loading, plan),
    schedule = plan.schedule,
    dbt = dbt_of(loading, plan),
    dbt_profiles = plan.profiles and plan.profiles.profiles or nil,
    governance = governance(loading, plan, verdict),
    input_ports = plain_list(spec.input_ports or spec.inputPorts),
    input_contracts = input_contracts(loading, plan.as_of),
    output_ports = plain_list(spec.output_ports or spec.outputPorts),
    data_contracts = plan.contracts,
    observability = M.observability(loading),
    verdict = verdict_of(verdict, plan),
    outputs = outputs,
    inputs = plan.inputs.entries,
    environment = plan.environment,
    selection = plan.selection or {},
  }
end

-- ---- reading ----------------------------------------------------------------------------------------------

local function numbers(version)
  local major <const>, minor <const> = tostring(version or ""):match("^(%d+)%.(%d+)%.%d+$")
  return tonumber(major), tonumber(minor)
end

--- What is wrong with the form of some parts of an artifact: somebody else may have written it.
---@param artifact any a view
---@param path string
---@param names table<string, boolean> of its members
---@return floe.problem? problem the first
function M.mistake(artifact, path, names)
  local parts <const> = { type = "object", additional = true, fields = {} }
  for _, part in ipairs(schema.shape.fields) do
    parts.fields[#parts.fields + 1] = names[part[1]] and part or nil
  end
  local first <const> = shape.check(parts, artifact, { file = path })[1]
  if first then
    first.hint = "`floe compile` writes it anew"
  end
  return first
end

--- Reads an artifact. One of an older form is read as it is; a newer one is refused.
---@param path string
---@return any? artifact a view
---@return floe.problem? problem
function M.read(path)
  local text <const>, unread <const> = files.read(path)
  if not text then
    return nil, problem.from(unread)
  end
  local view <const>, err <const> = document.parse(text, path, { format = "json" })
  if view == nil and err then
    local wrong <const> = problem.from(err)
    wrong.hint = "`floe compile` writes it anew"
    return nil, wrong
  end
  local major <const>, minor <const> = numbers(document.kind(view) == "object" and view.version)
  local ours <const>, ours_minor <const> = numbers(schema.version)
  if not major then
    return nil, problem.with(path, ("'%s' is no artifact of floe: it has no version"):format(path),
      "`floe compile` writes it anew")
  elseif major > ours or major == ours and minor > ours_minor then
    return nil, problem.with(path, ("'%s' has version %s, and this floe knows versions up to %s"):format(path,
      view.version, schema.version), "take the floe that wrote it or a newer one")
  end
  return view
end

return M
