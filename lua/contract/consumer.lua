-- Whether a product reads by a contract already, or wants to begin: a contract in sunset keeps the consumers it has and
-- takes no others. Who reads by what is told by what was compiled last: the property `floe.inputs` of the product's
-- namespace where the catalog knows it, otherwise the product's artifact. A product that is in neither begins.

local contracts <const> = require "floe.contract"
local document <const> = require "host.document"
local files <const> = require "host.files"
local json <const> = require "host.json"

local M = {}

--- The property of a product's namespace that lists what it reads by: `["sales.customers:1.0.0", …]`.
M.PROPERTY = "floe.inputs"

-- A contract and its MAJOR version: who reads by 1.2.0 reads by 1.3.0 as well, and not by 2.0.0.
local function key_of(contract, version)
  return ("%s:%s"):format(contract, tostring(version or ""):match("^%d*"))
end

-- What the catalog has registered; nil where it knows nothing of it.
local function registered(loading)
  local registration <const> = loading.registration
  local plan <const> = registration and registration.plan
  local text <const> = plan and plan.state == "valid" and plan.properties[M.PROPERTY]
  local root <const> = text and document.parse(text, M.PROPERTY, { format = "json" })
  if document.kind(root) ~= "array" then
    return nil
  end
  local known <const> = {}
  for _, entry in ipairs(root) do
    local contract <const>, version <const> = tostring(entry):match("^(.+):([^:]*)$")
    if contract then
      known[key_of(contract, version)] = true
    end
  end
  return known
end

local function in_artifact(loading)
  local artifacts <const> = require "compile.artifact"
  local path <const> = files.normalize(files.join(loading.root, artifacts.path))
  local artifact <const> = files.is_file(path) and artifacts.read(path)
  local known <const> = {}
  for _, entry in ipairs(artifact and artifact.input_contracts or {}) do
    if entry.consumer then
      known[key_of(entry.contract, entry.version)] = true
    end
  end
  return known
end

--- Says of each input whether the product read by its contract when it was compiled last: its `existing`.
---@param loading floe.loading
---@param inputs floe.contract.input[]
function M.mark(loading, inputs)
  local known <const> = #inputs > 0 and (registered(loading) or in_artifact(loading)) or {}
  for _, input in ipairs(inputs) do
    input.existing = known[key_of(input.contract, input.version)] or false
  end
end

local TAKES_ALL <const> = { active = true, deprecated = true }

--- Whether the product counts as a consumer once it is compiled: it did so before, or the contract takes new ones.
---@param input floe.contract.input
---@param as_of string
---@return boolean
function M.is_one(input, as_of)
  return input.existing or TAKES_ALL[contracts.stage(input.lifecycle, as_of, 0)] or false
end

--- What the catalog is told of a product's inputs.
---@param inputs floe.contract.input[]
---@param as_of string
---@return string
function M.text(inputs, as_of)
  local names <const>, seen <const> = {}, {}
  for _, input in ipairs(inputs) do
    local name <const> = ("%s:%s"):format(input.contract, input.version or "")
    if not seen[name] and M.is_one(input, as_of) then
      seen[name] = true
      names[#names + 1] = name
    end
  end
  table.sort(names)
  return json.encode(json.array(names))
end

return M
