-- Bundles: folders of policies with a bundle.yaml, and the default bundle inside the binary. A policy's id is its
-- path below policies/, a module's name its path below stdlib/.

local common <const> = require "manifest.common"
local document <const> = require "host.document"
local embedded <const> = require "host.embedded"
local files <const> = require "host.files"
local problem <const> = require "manifest.problem"
local semver <const> = require "floe.semver"
local shape <const> = require "manifest.shape"
local system <const> = require "host.system"

local field <const> = shape.field

local M = {}

--- How the names of documents inside the binary begin.
M.inside = "floe:"

--- The shape of bundle.yaml.
M.shape = {
  name = "Bundle",
  type = "object",
  doc = "A bundle is a folder of policies: `bundle.yaml`, `policies/CATEGORY/NAME.lua` with its test beside it, and "
    .. "modules that they share in `stdlib/`. A platform manifest takes it in by `governance.bundles`.",
  fields = {
    field("name", common.label, { required = true, doc = "The bundle's name." }),
    { "version", type = "string", required = true, format = "semver", doc = "The bundle's version." },
    { "floe", type = "string", doc = "The versions of floe it works with, such as `>=0.1.0,<0.2.0`." },
    { "description", type = "string", doc = "What it is for." },
    { "owner", type = "string", doc = "Who answers for it." },
    { "categories", type = "map", values = { type = "string" }, doc = "Titles of its categories, by name." },
    field("policies", common.policies_by_id, {
      doc = "Modes and params of its policies, where they differ from their own.",
    }),
    {
      "capabilities",
      type = "list",
      unique = "name",
      doc = "What its policies need beyond their facts; a platform tier grants it.",
      items = {
        name = "Capability",
        type = "object",
        fields = {
          { "name", type = "string", required = true, min_length = 1, doc = "The capability." },
          { "why", type = "string", required = true, min_length = 1, doc = "What for." },
        },
      },
    },
  },
  extensions = true,
}

---@class floe.bundle
---@field name string
---@field version string
---@field path string where it is, for messages
---@field manifest any view of its bundle.yaml
---@field categories table<string, string>
---@field policies { id: string, chunk: string, source: string }[]
---@field stdlib { name: string, chunk: string, source: string }[]

-- "policies/naming/layer_prefix.lua" → "naming.layer_prefix"
local function dotted(path, folder)
  return (path:sub(#folder + 2, -5):gsub("/", "."))
end

local function is_policy(path)
  return path:find("%.lua$") and not path:find("_test%.lua$")
end

-- What a bundle's files hold: `paths` are relative to the bundle, `read` gives a file's text.
local function collect(bundle, paths, chunk_of, read)
  bundle.policies, bundle.stdlib = {}, {}
  for _, path in ipairs(paths) do
    if path:find("^policies/") and is_policy(path) then
      table.insert(bundle.policies, { id = dotted(path, "policies"), chunk = chunk_of(path), source = read(path) })
    elseif path:find("^stdlib/") and is_policy(path) then
      table.insert(bundle.stdlib, { name = dotted(path, "stdlib"), chunk = chunk_of(path), source = read(path) })
    end
  end
  return bundle
end

local function head(bundle, view, path)
  bundle.name, bundle.version, bundle.path, bundle.manifest = view.name, view.version, path, view
  bundle.categories = view.categories and document.plain(view.categories) or {}
  return bundle
end

local default

--- The bundle inside the binary.
---@return floe.bundle
function M.default()
  if default then
    return default
  end
  local name <const> = M.inside .. "policies/bundle.yaml"
  local view <const> = assert(document.parse(embedded.read("policies/bundle.yaml"), name, { format = "yaml" }))
  local paths <const> = {}
  for _, path in ipairs(embedded.list()) do
    if path:find("^policies/") then
      paths[#paths + 1] = path
    end
  end
  default = collect(head({ embedded = true }, view, "the floe binary"), paths, function(path)
    return path
  end, embedded.read)
  return default
end

local function check_range(view, path)
  local version <const> = system.versions().floe
  if not view.floe or not version then
    return nil
  end
  local fits <const>, message <const> = semver.satisfies(version, view.floe)
  if fits == nil then
    return problem.at(view, "floe", message)
  elseif not fits then
    return problem.at(view, "floe",
      ("the bundle '%s' works with floe %s; this is floe %s"):format(view.name, view.floe, version),
      ("take another version of the bundle or of floe (%s)"):format(path))
  end
end

local function check_modules(bundle)
  for _, module in ipairs(bundle.stdlib) do
    if module.name:find("^floe%.") or module.name == "floe" then
      return problem.with(module.chunk,
        ("the bundle '%s' may not bring the module '%s'"):format(bundle.name, module.name),
        "names that begin with `floe.` belong to floe: choose your organisation's name")
    end
  end
end

-- Where a bundle keeps its policies: in policies/, or, where bundle.yaml stands in a folder of that name, beside it.
local function policies_folder(folder)
  local inner <const> = files.join(folder, "policies")
  if not files.is_dir(inner) and files.basename(files.absolute(folder)) == "policies" then
    return folder
  end
  return inner
end

-- Reads the Lua files of a bundle's folder.
local function read_files(bundle, folder)
  local folders <const> = { policies = policies_folder(folder), stdlib = files.join(folder, "stdlib") }
  local paths <const>, real <const>, failed = {}, {}, nil
  for _, part in ipairs { "policies", "stdlib" } do
    if files.is_dir(folders[part]) then
      local entries <const>, err <const> = files.walk(folders[part], { skip = { ".git" } })
      if not entries then
        return err
      end
      for _, entry in ipairs(entries) do
        local path <const> = part .. "/" .. entry.path
        paths[#paths + 1] = path
        real[path] = files.normalize(files.join(folders[part], entry.path))
      end
    end
  end
  collect(bundle, paths, function(path)
    return real[path]
  end, function(path)
    local source <const>, err <const> = files.read(real[path])
    failed = failed or err
    return source or ""
  end)
  return failed
end

--- Reads a bundle's folder.
---@param folder string
---@return floe.bundle? bundle nil where it cannot be used
---@return floe.problem[]? problems
function M.read(folder)
  local path <const> = files.normalize(files.join(folder, "bundle.yaml"))
  if not files.is_file(path) then
    return nil, {
      problem.with(path, ("there is no bundle.yaml in '%s'"):format(folder),
        "a bundle is a folder with a bundle.yaml and policies/"),
    }
  end
  local view <const>, err <const> = document.read(path, { format = "yaml", dialect = "core" })
  if err then
    return nil, { problem.from(err) }
  end
  local problems <const> = shape.check(M.shape, view, { file = path })
  if shape.has_errors(problems) then
    return nil, problems
  end
  local bundle <const> = head({}, view, folder)
  local failed <const> = read_files(bundle, folder)
  local wrong <const> = failed and problem.from(failed) or check_range(view, folder) or check_modules(bundle)
  if wrong then
    return nil, { wrong }
  elseif #bundle.policies == 0 then
    return nil, {
      problem.with(path, ("the bundle '%s' has no policies"):format(bundle.name),
        ("put them in %s"):format(files.join(folder, "policies/CATEGORY/NAME.lua"))),
    }
  end
  return bundle
end

--- What a bundle is made of, as one digest: its policies, its library and its bundle.yaml. That inside floe is told by
--- floe's version.
---@param bundle floe.bundle
---@return string? digest
function M.digest(bundle)
  if bundle.embedded then
    return nil
  end
  local hash <const> = require("host.digest").sha256
  local parts <const> = {}
  for _, list in ipairs { bundle.policies, bundle.stdlib } do
    for _, one in ipairs(list) do
      parts[#parts + 1] = ("%s %s\n"):format(hash(one.source), one.id or "stdlib/" .. one.name)
    end
  end
  table.sort(parts)
  parts[#parts + 1] = hash(require("host.files").read(require("host.files").join(bundle.path, "bundle.yaml")) or "")
  return "sha256:" .. hash(table.concat(parts))
end

--- What two bundles both bring: the same policy id or module is an error.
---@param bundles floe.bundle[]
---@return floe.problem[]
function M.clashes(bundles)
  local problems <const>, seen <const> = {}, {}
  for _, bundle in ipairs(bundles) do
    for _, list in ipairs { bundle.policies, bundle.stdlib } do
      for _, item in ipairs(list) do
        local what <const> = item.id and ("the policy '%s'"):format(item.id) or ("the module '%s'"):format(item.name)
        local first <const> = seen[what]
        if first then
          problems[#problems + 1] = problem.with(item.chunk,
            ("%s is in two bundles, '%s' and '%s'"):format(what, first, bundle.name),
            "its name is its path: rename one of the files")
        end
        seen[what] = first or bundle.name
      end
    end
  end
  return problems
end

return M
