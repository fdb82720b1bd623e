-- The contracts of a product, checked against what its run made.

local checks <const> = require "check.run"
local contracts <const> = require "check.contracts"
local system <const> = require "host.system"

local M = {}

-- That nothing could be asked is a result as well: a policy decides what becomes of it.
local function unasked(list, err)
  local out <const> = {}
  for index, contract in ipairs(list) do
    out[index] = {
      contract = contract.name, type = "availability", status = "error",
      version = contract.document.version and tostring(contract.document.version) or nil,
      message = checks.failure(err).message, seconds = 0, at = system.nanoseconds() // 1000000,
    }
  end
  return out
end

-- What a run was not asked to build is as old as it is: its contract says nothing of this run.
local function hold_unbuilt(list, nodes)
  local built <const> = {}
  for _, node in ipairs(nodes) do
    built[node.unique_id] = true
  end
  for _, contract in ipairs(list) do
    contract.held = {}
    for name, model in pairs(contract.models) do
      contract.held[name] = not built[model] and ("'%s' was not built by this run"):format(name) or nil
    end
  end
end

--- Checks them.
---@param plan floe.run.plan
---@param facts floe.run.facts
---@param loading floe.loading the product as it was opened for its policies
---@param nodes floe.run.node[]? of a run that was to build a part: tables of other models are told, and not checked
---@return floe.check.result[]
function M.check(plan, facts, loading, nodes)
  local list <const> = contracts.of_artifact(plan.artifact, facts.project)
  if #list == 0 then
    return {}
  elseif nodes then
    hold_unbuilt(list, nodes)
  end
  local results <const>, err <const> = checks.check {
    root = plan.root, contracts = list, connection = plan.connection, loading = loading,
  }
  return results or unasked(list, err)
end

return M
