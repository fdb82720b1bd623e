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
      version = contract.document.version and tostring(contract.document.version) or nil, message = err.message,
      seconds = 0, at = system.nanoseconds() // 1000000,
    }
  end
  return out
end

--- Checks them.
---@param plan floe.run.plan
---@param facts floe.run.facts
---@param loading floe.loading the product as it was opened for its policies
---@return floe.check.result[]
function M.check(plan, facts, loading)
  local list <const> = contracts.of_artifact(plan.artifact, facts.project)
  if #list == 0 then
    return {}
  end
  local results <const>, err <const> = checks.check {
    root = plan.root, contracts = list, connection = plan.connection, loading = loading,
  }
  return results or unasked(list, err)
end

return M
