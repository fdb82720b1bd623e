-- The contracts that are checked, and where their tables are: those of an opened product, or those of its artifact.

local match <const> = require "contract.match"
local text <const> = require "floe.text"

local M = {}

local function relation_of(model)
  for _, field in ipairs(model.unresolved or {}) do
    if field == "schema" or field == "database" or field == "alias" then
      return nil -- only a run knows it: the table is looked for by its name
    end
  end
  return { database = model.database, schema = model.schema, identifier = model.alias or model.name }
end

-- The tables of a contract that dbt builds: where they are, and of which models.
local function relations_of(project, normal)
  local out <const>, models <const> = {}, {}
  for _, object in ipairs(normal.schema or {}) do
    local name <const> = tostring(object.name or object.physicalName or "")
    local model <const> = match.model_of_table(project, {
      name = name, physical_name = object.physicalName and tostring(object.physicalName) or nil,
    })
    out[name] = model ~= nil and relation_of(model) or nil
    models[name] = model ~= nil and model.unique_id or nil
  end
  return out, models
end

-- What tells a contract from the others: its name, else its id, else its name and version.
local SIGNS <const> = {
  function(normal)
    return tostring(normal.name or normal.id or "?")
  end,
  function(normal)
    return tostring(normal.id or normal.name or "?")
  end,
  function(normal)
    return ("%s@%s"):format(normal.name or normal.id or "?", normal.version or "?")
  end,
}

-- Calls each contract by a name of its own: results, findings, alerts and the ledger tell contracts apart by it.
local function name_apart(contracts)
  local counts <const>, taken <const> = {}, {}
  for _, sign in ipairs(SIGNS) do
    counts[sign] = {}
    for _, contract in ipairs(contracts) do
      local name <const> = sign(contract.document)
      counts[sign][name] = (counts[sign][name] or 0) + 1
    end
  end
  for _, contract in ipairs(contracts) do
    local name
    for _, sign in ipairs(SIGNS) do
      name = sign(contract.document)
      if counts[sign][name] == 1 and not taken[name] then
        break
      end
    end
    taken[name] = (taken[name] or 0) + 1
    contract.name = taken[name] == 1 and name or ("%s (%d)"):format(name, taken[name])
  end
  return contracts
end

--- The contracts of a product that was completed with `merged`.
---@param loading floe.loading
---@return floe.check.contract[]
function M.of_product(loading)
  local out <const> = {}
  for index, compiled in ipairs(loading.compiled or {}) do
    out[index] = {
      document = compiled.normal, file = compiled.file,
      relations = relations_of(loading.dbt and loading.dbt.project, compiled.normal),
    }
  end
  return name_apart(out)
end

--- The contracts of an artifact.
---@param artifact any its view
---@param project any? the dbt project's fact, for where tables are; without it they are looked for by their names
---@return floe.check.contract[]
function M.of_artifact(artifact, project)
  local out <const> = {}
  for index, entry in ipairs(artifact.data_contracts or {}) do
    local normal <const> = require("contract.document").normal(entry.document)
    local relations <const>, models <const> = relations_of(project, normal)
    out[index] = { document = normal, relations = relations, models = models }
  end
  return name_apart(out)
end

--- Those contracts that are named: by name, id, or the last part of either.
---@param contracts floe.check.contract[]
---@param names string[] none: all of them
---@return floe.check.contract[] found
---@return string? unknown a name that no contract has
function M.named(contracts, names)
  if #names == 0 then
    return contracts
  end
  local out <const>, seen <const> = {}, {}
  for _, wanted in ipairs(names) do
    local found = false
    for _, contract in ipairs(contracts) do
      local name <const>, id <const> = tostring(contract.document.name), tostring(contract.document.id)
      if wanted == contract.name or wanted == name or wanted == id or wanted == text.last_part(id)
        or wanted == contract.file then
        out[#out + 1] = not seen[contract] and contract or nil
        seen[contract], found = true, true
      end
    end
    if not found then
      return out, wanted
    end
  end
  return out
end

return M
