-- Finds the dbt project of a product and loads its facts from dbt's manifest.

local dbt <const> = require "host.dbt"
local files <const> = require "host.files"
local problem <const> = require "manifest.problem"
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
  elseif not has_models(folder or files.join(root, "models")) then
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

--- Loads the dbt project of a product.
---@param loading floe.loading
---@param options { manifest: string? }
---@return floe.dbt.loaded
function M.load(loading, options)
  local root <const>, transform <const> = find_root(loading)
  local out <const> = { root = root, errors = {} }
  local project <const>, err <const> = dbt.load {
    root = root,
    manifest = options.manifest,
    layers = tiers.layers(loading.tiers),
    tiers = models_of_transforms(loading),
  }
  if project ~= nil then
    out.project = project
  elseif err.code == "not_found" and not options.manifest then
    out.errors[1] = without_manifest(loading, root, transform, err)
  else
    out.errors[1] = problem.from(err)
  end
  return out
end

return M
