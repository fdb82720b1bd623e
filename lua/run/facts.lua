-- What the dbt project says of the nodes that run: which layer a model is of, what a test tests, what stands before it.

local dbt <const> = require "host.dbt"
local document <const> = require "host.document"
local files <const> = require "host.files"
local projects <const> = require "phase.project"
local system <const> = require "host.system"

local M = {}

local MOST_SQL <const> = 1 << 20

---@class floe.run.facts
---@field nodes any by unique_id; nil where the project cannot be read
---@field layers table<string, string> of models, by name
---@field tested table<string, string> the models that unit tests are of
local Facts = {}
Facts.__index = Facts

local function layers_of(artifact)
  local out <const> = {}
  for _, model in ipairs(artifact.transforms.models) do
    out[model.name] = model.quality_tier
  end
  return out
end

-- The model that each unit test is of, by unique_id.
local function tested_of(project)
  local out <const> = {}
  for _, model in ipairs(project and project.models or {}) do
    for _, test in ipairs(model.unit_tests) do
      out[test.unique_id] = model.unique_id
    end
  end
  return out
end

local function load(plan, target_path)
  local reading <const> = plan.reading
  return dbt.load {
    root = plan.project, facts = "auto", target_path = target_path, vars = reading.vars,
    profiles = plan.artifact.dbt.profiles_dir and files.join(plan.root, plan.artifact.dbt.profiles_dir)
      or reading.profiles,
    profile = reading.profile or plan.artifact.dbt.profile, target = reading.target,
  }
end

--- Reads the project of a plan.
---@param plan floe.run.plan
---@param known any? the project, where it was read
---@return floe.run.facts
function M.open(plan, known)
  local set <const> = system.env("DBT_TARGET_PATH")
  local named <const> = set ~= "" and set or nil
  local project <const> = known or load(plan, named)
  local target <const> = named or projects.setting(plan.project, "target-path") or "target"
  return setmetatable({
    project = project, nodes = project and project.nodes or {}, layers = layers_of(plan.artifact), root = plan.project,
    compiled = files.join(plan.project, target, "compiled"), tested = tested_of(project),
  }, Facts)
end

local function ids(list)
  local out <const> = {}
  for index, id in ipairs(list) do
    out[index] = id
  end
  return out
end

local function columns_of(fact)
  local out <const> = {}
  for name, column in pairs(fact.columns) do
    out[#out + 1] = {
      name = name, type = column.data_type, description = column.description ~= "" and column.description or nil,
      classification = type(column.meta.classification) == "string" and column.meta.classification or nil,
    }
  end
  return #out > 0 and out or nil
end

-- What dbt compiled a model to, in this run.
local function compiled(self, fact)
  local path <const> = files.join(self.compiled, fact.package, fact.file)
  return files.is_file(path) and files.read(path, MOST_SQL) or nil
end

local MAKES_DATA <const> = { model = true, seed = true, snapshot = true }

--- Adds to a node what the project says of it.
---@param node floe.run.node
---@return floe.run.node
function Facts:complete(node)
  node.adapter = self.project and self.project.adapter
  node.layer = self.layers[node.name:gsub("%.v%d+$", "")]
  node.attached = node.attached or self.tested[node.unique_id]
  local fact <const> = self.nodes[node.unique_id]
  if not fact then
    return node
  end
  node.parents, node.file = ids(fact.depends_on), fact.file or node.file
  if MAKES_DATA[node.kind] then
    node.layer, node.columns = node.layer or fact.layer, columns_of(fact)
    node.compiled_sql = node.status == "success" and node.kind ~= "seed" and compiled(self, fact) or nil
  elseif document.type(fact) == "test" then
    node.test_name, node.column_name = fact.test_name, fact.column_name
    node.attached = node.attached or fact.node and fact.node.unique_id
  end
  return node
end

return M
