-- Finds the platform manifests that a product refers to: the one it names, its parent, and so on up to the
-- enterprise's. References are paths relative to the file that holds them.

local document <const> = require "host.document"
local files <const> = require "host.files"
local manifest_shape <const> = require "manifest.platform"
local problem <const> = require "manifest.problem"
local semver <const> = require "floe.semver"
local shape <const> = require "manifest.shape"

local M = {}

local NAMES <const> = { "manifest.yaml", "manifest.yml", "platform.yaml", "platform.yml" }

-- More tiers than an organisation has.
local LONGEST_CHAIN <const> = 16

---@class floe.platform
---@field name string
---@field version string
---@field tier "enterprise"|"domain"|"platform"
---@field path string
---@field digest string
---@field view any
---@field as_tier floe.tier

local function problem_at(reference, message, hint)
  return problem.at(reference.owner, reference.key, message, hint)
end

-- The file that a reference means; nil and a problem where there is none.
local function find(reference)
  local value <const> = reference.value
  if value:find("^oci://") then
    return nil, problem_at(reference, ("'%s' is in a registry, and this version of floe reads none"):format(value),
      "put the manifest into a folder (a checkout of the platform's repository) and refer to it by path")
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

local function read(path)
  local view <const>, err <const> = document.read(path, { format = "yaml", dialect = "core" })
  if view == nil and err then
    return nil, { problem.from(err) }
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

-- The reference to a manifest's parent, nil where it has none.
local function parent_of(platform)
  local view <const> = platform.view
  local folder <const> = files.dirname(platform.path)
  if view.parent_manifest then
    return { value = view.parent_manifest, owner = view, key = "parent_manifest", folder = folder }
  elseif view.parent then
    return { value = view.parent.ref, owner = view.parent, key = "ref", folder = folder }
  elseif view.parent_ref then
    return { value = view.parent_ref, owner = view, key = "parent_ref", folder = folder }
  end
end

-- The reference of a product to its lowest tier: its domain's manifest in a mesh, otherwise its platform's.
local function first_reference(spec, root)
  if spec.domain then
    return { value = spec.domain.ref, owner = spec.domain, key = "ref", folder = root }
  elseif spec.platform then
    local key <const> = spec.platform.ref and "ref" or "manifest"
    return { value = spec.platform[key], owner = spec.platform, key = key, folder = root }
  end
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

--- Resolves the manifests that apply to a product.
---@param spec any view of the floe.yaml
---@param root string the product's folder
---@return floe.platform[] platforms enterprise first; as far as they could be read
---@return floe.problem[] problems
function M.resolve(spec, root)
  local found <const>, problems <const>, steps <const>, seen <const> = {}, {}, {}, {}
  local reference = first_reference(spec, root)
  while reference do
    local path <const>, missing <const> = find(reference)
    if not path then
      problems[#problems + 1] = missing
      break
    end
    steps[#steps + 1] = { reference = reference, path = path }
    local absolute <const> = files.absolute(path)
    if seen[absolute] or #steps > LONGEST_CHAIN then
      problems[#problems + 1] = problem_at(reference, circle(steps, path), "one of them must not name a parent")
      break
    end
    seen[absolute] = true
    local platform <const>, wrong <const> = read(path)
    table.move(wrong, 1, #wrong, #problems + 1, problems)
    if not platform then
      break
    end
    table.insert(found, 1, platform)
    reference = parent_of(platform)
  end
  if found[1] then
    check_version(spec, found[#found], problems)
  end
  return found, problems
end

return M
