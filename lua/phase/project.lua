-- Finds the dbt project of a product and loads its facts from dbt's manifest.

local dbt <const> = require "host.dbt"
local document <const> = require "host.document"
local files <const> = require "host.files"
local problem <const> = require "manifest.problem"
local system <const> = require "host.system"
local tiers <const> = require "manifest.tiers"

local M = {}

-- The folders a transform's path may mean: the path itself and those above it, up to the product's folder.
local function candidates(root, path)
  local out <const> = {}
  local inside <const> = files.normalize(path)
  local folder = inside
  while folder ~= "." and folder ~= "" and folder ~= "/" and not folder:find("^%.%.") do
    out[#out + 1] = files.normalize(files.join(root, folder))
    folder = files.dirname(folder)
  end
  out[#out + 1] = files.normalize(root)
  return out
end

-- The transform that names a path, and the project's folder it means; the product's folder where none does.
local function find_root(loading)
  for _, transform in ipairs(loading.spec.transforms or {}) do
    if transform.path and (transform.type or "dbt") == "dbt" then
      for _, folder in ipairs(candidates(loading.root, transform.path)) do
        if files.is_file(files.join(folder, "dbt_project.yml")) then
          return folder, transform
        end
      end
      return files.normalize(loading.root), transform
    end
  end
  return files.normalize(loading.root), nil
end

--- The folders of a dbt project's models, from the project's folder: as dbt_project.yml names them, or dbt's default.
---@param root string
---@return string[]
function M.model_folders(root)
  local path <const> = files.join(root, "dbt_project.yml")
  local spec <const> = files.is_file(path) and document.read(path, { format = "yaml", dialect = "dbt" }) or nil
  local named <const> = document.kind(spec) == "object" and (spec["model-paths"] or spec["source-paths"])
  local out <const> = {}
  for _, folder in ipairs(named and document.kind(named) == "array" and named or {}) do
    out[#out + 1] = type(folder) == "string" and folder or nil
  end
  return #out > 0 and out or { "models" }
end

--- A text among the settings of a dbt project.
---@param root string the project's folder
---@param key string
---@return string?
function M.setting(root, key)
  local path <const> = files.join(root, "dbt_project.yml")
  local spec <const> = files.is_file(path) and document.read(path, { format = "yaml", dialect = "dbt" }) or nil
  local value <const> = document.kind(spec) == "object" and spec[key]
  return type(value) == "string" and value or nil
end

local function has_models(folder)
  if not files.is_dir(folder) then
    return false
  end
  local entries <const> = files.walk(folder, { skip = { ".git", "target", "dbt_packages" }, max_files = 5000 })
  for _, entry in ipairs(entries or {}) do
    if entry.path:find("%.sql$") or entry.path:find("%.py$") then
      return true
    end
  end
  return false
end

local function any_has_models(root, folders)
  for _, folder in ipairs(folders) do
    if has_models(files.join(root, folder)) then
      return true
    end
  end
  return false
end

local function models_of_transforms(loading)
  local layers
  for _, transform in ipairs(loading.spec.transforms or {}) do
    if transform.name and transform.tier then
      layers = layers or {}
      layers[transform.name] = transform.tier
    end
  end
  return layers
end

-- There is no project to read, or no manifest where one is asked for: an error where there are models to judge.
local function without_project(loading, root, transform, err, reading)
  local folder <const> = transform and files.normalize(files.join(loading.root, transform.path))
  if folder and not files.exists(folder) then
    return problem.at(transform, "path", ("there is no folder '%s'"):format(folder),
      "the path is relative to floe.yaml")
  elseif not (folder and has_models(folder) or any_has_models(root, M.model_folders(root))) then
    return nil
  elseif reading.facts ~= "manifest" then
    return problem.with(err.file, ("'%s' has models and no dbt_project.yml"):format(root),
      "a dbt project begins with a dbt_project.yml that names it")
  end
  return problem.with(err.file, ("the dbt project in '%s' has models and no manifest"):format(root),
    "run `dbt parse` there, or leave out `--facts manifest`: floe reads the sources itself")
end

--- The folder of a product's dbt project, and the transform that names it.
---@param loading floe.loading
---@return string root
---@return any? transform
function M.root(loading)
  return find_root(loading)
end

--- What `host.dbt` is asked for.
---@param loading floe.loading
---@param root string the project's folder
---@param reading floe.reading
---@return table
function M.request(loading, root, reading)
  local target_path <const> = system.env("DBT_TARGET_PATH")
  return {
    root = root,
    facts = reading.facts,
    manifest = reading.manifest,
    manifest_name = reading.manifest_name,
    target_path = target_path ~= "" and target_path or nil, -- dbt's own variable wins over dbt_project.yml
    layers = tiers.layers(loading.tiers),
    tiers = models_of_transforms(loading),
    profiles = reading.profiles,
    profile = reading.profile,
    target = reading.target,
    vars = reading.vars,
    rules = reading.rules,
  }
end

--- Opens a folder for its dbt project: what a product says of it; a folder without a floe.yaml is a dbt project itself,
--- and so is one whose floe.yaml asks for what is not there.
---@param folder string
---@return floe.loading with `errors` where there is neither
function M.open(folder)
  local named <const> = files.is_file(files.join(folder, "floe.yaml")) or files.is_file(files.join(folder, "floe.yml"))
  local loading <const> = named and require("phase.product").open(folder)
  if loading and #loading.errors == 0 then
    return loading
  end
  local is_project <const> = files.is_file(files.join(folder, "dbt_project.yml"))
  return { root = folder, spec = {}, tiers = {}, errors = not is_project and loading and loading.errors or {} }
end

--- Whether a manifest of dbt's describes the files of a project as they are.
---@param loading floe.loading
---@param root string the project's folder
---@param manifest string its path
---@return boolean
function M.is_current(loading, root, manifest)
  local asked <const> = M.request(loading, root, { manifest = manifest }) -- by what it was made is known otherwise
  local project <const> = dbt.load(asked)
  return project ~= nil and project.facts_from == "manifest" and not project.stale
end

---@class floe.dbt.loaded
---@field root string the project's folder
---@field project any the project's fact, nil where there is no project
---@field errors table[]
---@field notes table[] what the manifest does not know of the project's files
---@field is_empty boolean? there is a project, and no model in it yet

--- Loads the dbt project of a product.
---@param loading floe.loading
---@param reading floe.reading
---@return floe.dbt.loaded
function M.load(loading, reading)
  local root <const>, transform <const> = find_root(loading)
  local out <const> = { root = root, errors = {}, notes = {} }
  local project <const>, err <const> = dbt.load(M.request(loading, root, reading))
  if system.interrupted() then
    error({ interrupted = true }, 0)
  end
  if project ~= nil then
    out.project = project
    out.is_empty = #project.models == 0
    if project.stale then
      out.notes[1] = {
        kind = "stale",
        message = ("'%s' does not describe the files as they are: %s"):format(project.file, project.stale),
        hint = "leave out `--facts manifest` and `--manifest`, or run `dbt parse` and validate again",
        file = project.file,
      }
    end
  elseif err.code == "not_found" and not reading.manifest then
    out.errors[1] = without_project(loading, root, transform, err, reading)
    out.is_empty = not out.errors[1] and files.is_file(files.join(root, "dbt_project.yml"))
  else
    out.errors[1] = problem.from(err)
  end
  return out
end

--- What stands for the dbt project of a product where it is not read.
---@param loading floe.loading
---@return floe.dbt.loaded
function M.none(loading)
  return { root = (find_root(loading)), errors = {}, notes = {} }
end

--- Loads the dbt project of an opened folder, for who cannot go on without one.
---@param loading floe.loading
---@param reading floe.reading
---@return floe.dbt.loaded? nil where there is none
---@return table[]? problems
function M.need(loading, reading)
  if #loading.errors > 0 then
    return nil, loading.errors
  end
  local loaded <const> = M.load(loading, reading)
  if loaded.project ~= nil then
    return loaded
  end
  return nil, #loaded.errors > 0 and loaded.errors or { {
    message = ("there is no dbt project in '%s'"):format(loaded.root), hint = "Name a folder with a dbt_project.yml.",
  } }
end

return M
