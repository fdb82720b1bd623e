-- Finds the platform manifests that a product refers to: the one it names, its parent, and so on up to the
-- enterprise's. References are paths relative to the file that holds them.

local document <const> = require "host.document"
local environment_contract <const> = require "manifest.environment_contract"
local files <const> = require "host.files"
local manifest_shape <const> = require "manifest.platform"
local oci <const> = require "manifest.oci"
local problem <const> = require "manifest.problem"
local semver <const> = require "floe.semver"
local shape <const> = require "manifest.shape"

local M = {}

local NAMES <const> = { "manifest.yaml", "manifest.yml", "platform.yaml", "platform.yml" }

-- More tiers than an organisation has; a folder that links to itself would have no end.
local LONGEST_CHAIN <const> = 256

---@class floe.platform
---@field name string
---@field version string
---@field tier "enterprise"|"domain"|"platform"
---@field path string
---@field digest string
---@field view any
---@field as_tier floe.tier

---@class floe.environment the environment contract that leads to a platform
---@field name string the environment
---@field contract string the contract's name
---@field path string
---@field view any

-- A problem at the key that refers to something; a reference from the command line stands nowhere.
local function problem_at(reference, message, hint)
  return problem.at(reference.owner, reference.key, message, hint)
end

-- What is wrong with a reference to a registry: its form, or that none is read.
local function in_registry(reference)
  local value <const> = reference.value
  local parsed <const>, why <const> = oci.parse(value)
  if not parsed then
    return problem_at(reference, ("'%s' is no reference to a registry: %s"):format(value, why),
      "write oci://REGISTRY/REPOSITORY:TAG, or oci://REGISTRY/REPOSITORY@sha256:DIGEST")
  end
  return problem_at(reference, ("'%s' is in the registry '%s': reading registries is not available in this build")
    :format(value, parsed.registry),
    "put the manifest into a folder (a checkout of the platform's repository) and refer to it by path")
end

-- The file that a reference means; nil and a problem where there is none.
local function find(reference)
  local value <const> = reference.value
  if oci.is_reference(value) then
    return nil, in_registry(reference)
  end
  local path <const> = files.normalize(files.join(reference.folder, (value:gsub("^file://", ""))))
  if files.is_file(path) then
    return path
  elseif not files.is_dir(path) then
    return nil, problem_at(reference, ("there is no platform manifest '%s'"):format(path),
      "the path is relative to the file that names it")
  end
  for _, name in ipairs(NAMES) do
    local inside <const> = files.normalize(files.join(path, name))
    if files.is_file(inside) then
      return inside
    end
  end
  return nil, problem_at(reference, ("the folder '%s' holds no platform manifest"):format(path),
    "it is called manifest.yaml or platform.yaml")
end

local function tier_of(view)
  local scope <const> = view.scope or view.metadata.scope
  return scope or "platform"
end

local TITLES <const> = {
  enterprise = "enterprise manifest",
  domain = "domain manifest",
  platform = "platform manifest",
}

local function digest_of(path)
  for _, input in ipairs(document.inputs()) do
    if input.path == path then
      return input.digest
    end
  end
  return ""
end

-- An environment contract, with the reference to the platform manifest that it names.
local function environment_of(view, path)
  local problems <const> = environment_contract.check(view, path)
  if shape.has_errors(problems) then
    return nil, problems
  end
  local manifest <const> = view.environment.platformManifest
  local key <const> = manifest.path and "path" or "ociRef"
  return {
    environment = { name = view.environment.name, contract = view.metadata.name, path = path, view = view },
    reference = { value = manifest[key], owner = manifest, key = key, folder = files.dirname(path) },
  }, problems
end

local function read(path)
  local view <const>, err <const> = document.read(path, { format = "yaml", dialect = "core" })
  if view == nil and err then
    return nil, { problem.from(err) }
  elseif document.kind(view) == "object" and view.kind == environment_contract.kind then
    return environment_of(view, path)
  end
  local problems <const> = shape.check(manifest_shape, view, { file = path })
  if shape.has_errors(problems) then
    return nil, problems
  end
  local tier <const> = tier_of(view)
  return {
    name = view.metadata.name,
    version = view.metadata.version,
    tier = tier,
    path = path,
    digest = digest_of(path),
    view = view,
    as_tier = {
      title = ("%s '%s'"):format(TITLES[tier], view.metadata.name),
      kind = tier,
      manifest = view,
      governance = view.governance,
    },
  }, problems
end

-- The references of a manifest to its parent, in all spellings.
local function parents_of(platform)
  local view <const>, out <const> = platform.view, {}
  local folder <const> = files.dirname(platform.path)
  for _, row in ipairs { { view, "parent_manifest" }, { view.parent, "ref" }, { view, "parent_ref" } } do
    local owner <const>, key <const> = table.unpack(row, 1, 2)
    if owner and owner[key] then
      out[#out + 1] = { value = owner[key], owner = owner, key = key, folder = folder }
    end
  end
  return out
end

-- Whether two references mean one file.
local function meet(a, b)
  if a.value == b.value then
    return true
  end
  local one <const>, other <const> = find(a), find(b)
  return one ~= nil and other ~= nil and files.absolute(one) == files.absolute(other)
end

-- The reference to a manifest's parent; nil where it has none, or two that differ.
local function parent_of(platform, problems)
  local references <const> = parents_of(platform)
  local first <const> = references[1]
  for index = 2, #references do
    local other <const> = references[index]
    if not meet(first, other) then
      problems[#problems + 1] = problem_at(other, ("the %s has two parents: '%s' (%s) and '%s' (%s)"):format(
        platform.as_tier.title, first.value, problem.place(first.owner, first.key), other.value,
        problem.place(other.owner, other.key)), "a manifest has one parent: keep `parent_manifest`")
      return nil
    end
  end
  return first
end

-- The reference of a product to its platform.
local function platform_reference(spec, root)
  if spec.platform then
    local key <const> = spec.platform.ref and "ref" or "manifest"
    return { value = spec.platform[key], owner = spec.platform, key = key, folder = root }
  end
end

-- The reference of a product to its lowest tier: its domain's manifest in a mesh, otherwise its platform's.
local function first_reference(spec, root)
  if spec.domain then
    return { value = spec.domain.ref, owner = spec.domain, key = "ref", folder = root }
  end
  return platform_reference(spec, root)
end

local function circle(steps, path)
  local parts <const> = {}
  for _, step in ipairs(steps) do
    parts[#parts + 1] = ("%s → %s"):format(problem.place(step.reference.owner, step.reference.key), step.path)
  end
  return ("the platform manifests refer to one another in a circle: %s, which comes back to %s"):format(
    table.concat(parts, ", "), path)
end

-- Whether the version that a product accepts is the one it got.
local function check_version(spec, platform, problems)
  local wanted <const> = spec.platform and spec.platform.version
  if not wanted then
    return
  end
  local reference <const> = { owner = spec.platform, key = "version" }
  local fits <const>, message <const> = semver.satisfies(platform.version, wanted)
  if fits == nil then
    problems[#problems + 1] = problem_at(reference, message)
  elseif not fits then
    problems[#problems + 1] = problem_at(reference, ("the platform '%s' is version %s, which '%s' does not accept")
      :format(platform.name, platform.version, wanted))
  end
end

-- The environment contract in a file; nil where it holds something else.
local function environment_at(path, problems)
  local view <const> = document.read(path, { format = "yaml", dialect = "core" })
  if document.kind(view) ~= "object" or view.kind ~= environment_contract.kind then
    return nil
  end
  local opened <const>, wrong <const> = environment_of(view, path)
  table.move(wrong, 1, #wrong, #problems + 1, problems)
  return opened
end

-- The platform that a product names beside its domain; nil and a problem where the domain's manifests do not lead
-- to it.
local function named_platform(spec, root, found, problems)
  local reference <const> = platform_reference(spec, root)
  if not spec.domain or not reference then
    return found[#found]
  end
  local path, missing = find(reference)
  if not path then
    problems[#problems + 1] = missing
    return nil
  end
  local opened <const> = environment_at(path, problems)
  if opened then
    found.environment, path = opened.environment, find(opened.reference) or path
  end
  local names <const> = {}
  for index, platform in ipairs(found) do
    if files.absolute(platform.path) == files.absolute(path) then
      return platform
    end
    names[#found - index + 1] = platform.path
  end
  problems[#problems + 1] = problem_at(reference,
    ("the product's platform '%s' and its domain do not meet: the domain's manifests are %s (%s)"):format(path,
      table.concat(names, " → "), problem.place(spec.domain, "ref")),
    "name the platform that the domain's manifest leads to, or leave `platform` out")
end

-- Follows references upwards. `found` gets the manifests, the highest first; `seen` knows the files read so far.
local function climb(reference, found, problems, seen)
  local steps <const> = {}
  while reference do
    local path <const>, missing <const> = find(reference)
    if not path then
      problems[#problems + 1] = missing
      break
    end
    steps[#steps + 1] = { reference = reference, path = path }
    local absolute <const> = files.absolute(path)
    if seen[absolute] then
      problems[#problems + 1] = problem_at(reference, circle(steps, path), "one of them must not name a parent")
      break
    elseif #steps > LONGEST_CHAIN then
      problems[#problems + 1] = problem_at(reference, ("more than %d manifests stand above one another"):format(
        LONGEST_CHAIN), "see whether a folder links to itself")
      break
    end
    seen[absolute] = true
    local platform <const>, wrong <const> = read(path)
    table.move(wrong, 1, #wrong, #problems + 1, problems)
    if not platform then
      break
    elseif platform.environment and (#found > 0 or found.environment) then
      problems[#problems + 1] = problem_at(reference, ("'%s' is an environment contract, and no parent of a manifest")
        :format(path), "name the platform manifest")
      break
    elseif platform.environment then
      found.environment, reference = platform.environment, platform.reference
    else
      table.insert(found, 1, platform)
      reference = parent_of(platform, problems)
    end
  end
end

--- Resolves the manifests that apply to a product.
---@param spec any view of the floe.yaml
---@param root string the product's folder
---@param target string? an environment contract, in place of the platform that the product names
---@return floe.platform[] platforms enterprise first; as far as they could be read; `environment` of the list is the
--- environment contract that led to them
---@return floe.problem[] problems
function M.resolve(spec, root, target)
  local found <const>, problems <const> = {}, {}
  if target then
    return M.open(target, true)
  end
  climb(first_reference(spec, root), found, problems, {})
  local named <const> = found[1] and #problems == 0 and named_platform(spec, root, found, problems)
  if named then
    check_version(spec, named, problems)
  end
  return found, problems
end

--- The manifest that a file or a folder is; nil where there is none.
---@param path string
---@return string?
function M.manifest_at(path)
  local file <const> = not oci.is_reference(path) and find({ value = path, folder = "." })
  return file or nil
end

--- Opens a manifest of any tier, or an environment contract, with the manifests above it.
---@param path string a file, or a folder that holds one
---@param contract boolean? it must be an environment contract
---@return floe.platform[] platforms enterprise first, the manifest itself last; as far as they could be read
---@return floe.problem[] problems
function M.open(path, contract)
  local found <const>, problems <const> = {}, {}
  local file <const>, missing <const> = find({ value = path, folder = "." })
  if not file then
    return found, { missing }
  end
  local read_first <const>, wrong <const> = read(file)
  table.move(wrong, 1, #wrong, 1, problems)
  local seen <const> = { [files.absolute(file)] = true }
  if read_first and read_first.environment then
    found.environment = read_first.environment
    climb(read_first.reference, found, problems, seen)
  elseif read_first and contract then
    problems[#problems + 1] = problem.with(file, ("'%s' is no environment contract"):format(file),
      "its `kind` is " .. environment_contract.kind)
  elseif read_first then
    found[1] = read_first
    climb(parent_of(read_first, problems), found, problems, seen)
  end
  return found, problems
end

return M
