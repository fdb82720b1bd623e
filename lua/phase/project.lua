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

-- dbt's own variable for the folder of its files, which wins over dbt_project.yml. A file that is not there is left
-- to dbt's loader, but for the manifest, without which there is nothing to load.
local function target_files(root)
  local target <const> = system.env("DBT_TARGET_PATH")
  if not target or target == "" then
    return {}
  end
  local function path_of(name)
    return files.normalize(files.join(root, target, name))
  end
  local function existing(name)
    return files.is_file(path_of(name)) and path_of(name) or nil
  end
  return {
    manifest = path_of("manifest.json"), catalog = existing("catalog.json"), run_results = existing("run_results.json"),
    sources = existing("sources.json"),
  }
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

-- No manifest: an error where there are models to judge.
local function without_manifest(loading, root, transform, err)
  local folder <const> = transform and files.normalize(files.join(loading.root, transform.path))
  if folder and not files.exists(folder) then
    return problem.at(transform, "path", ("there is no folder '%s'"):format(folder),
      "the path is relative to floe.yaml")
  elseif not (folder and has_models(folder) or any_has_models(root, M.model_folders(root))) then
    return nil
  end
  local program <const> = files.find_program("dbt")
  local wrong <const> = problem.with(err.file, ("the dbt project in '%s' has models and no manifest"):format(root),
    program and ("run `dbt parse` there (dbt is at %s)"):format(program)
      or "install dbt (`pip install dbt-core dbt-duckdb`) and run `dbt parse` there; no dbt is on the PATH")
  wrong.outside = not program
  return wrong
end

---@class floe.dbt.loaded
---@field root string the project's folder
---@field project any the project's fact, nil where there is no project
---@field errors table[]
---@field notes table[] what the manifest does not know of the project's files
---@field is_empty boolean? there is a project, and no model in it yet

--- Loads the dbt project of a product.
---@param loading floe.loading
---@param options { manifest: string? }
---@return floe.dbt.loaded
function M.load(loading, options)
  local root <const>, transform <const> = find_root(loading)
  local out <const> = { root = root, errors = {}, notes = {} }
  local from <const> = target_files(root)
  local project <const>, err <const> = dbt.load {
    root = root,
    manifest = options.manifest or from.manifest,
    catalog = from.catalog,
    run_results = from.run_results,
    sources = from.sources,
    layers = tiers.layers(loading.tiers),
    tiers = models_of_transforms(loading),
  }
  if project ~= nil then
    out.project = project
    out.notes = require("phase.stale").notes(project, root, M.model_folders(root))
  elseif err.code == "not_found" and not options.manifest then
    out.errors[1] = without_manifest(loading, root, transform, err)
    out.is_empty = not out.errors[1] and files.is_file(files.join(root, "dbt_project.yml"))
  else
    out.errors[1] = problem.from(err)
  end
  return out
end

return M
