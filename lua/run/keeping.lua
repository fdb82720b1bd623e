-- What a platform asks of the ledger when a product runs: that the run is in it, and how long entries stay.
local problem <const> = require "manifest.problem"
local recorder <const> = require "run.recorder"
local rules <const> = require "evidence.rules"
local verdicts <const> = require "enforce.verdict"

local M = {}

local EXIT_OUTSIDE <const> = 4

--- What the platform that a product was compiled for asks for.
---@param plan floe.run.plan
---@return floe.ledger.rules
function M.asked(plan)
  local governance <const> = plan.artifact.governance
  return rules.of(governance and governance.resolved)
end

--- Why the ledger does not hold a run although the platform asks for that; nil where it does, or nobody asks.
---@param asked floe.ledger.rules
---@param observers floe.observers
---@return floe.problem?
function M.missing(asked, observers)
  if not asked.required or observers.recorded and not observers.lost.ledger then
    return nil
  end
  return problem.with(nil, "this run is not in the ledger, which the platform requires",
    "look where FLOE_LEDGER leads, and whether that can be written")
end

--- How a run ended, now that the ledger was told: without the entries that the platform asks for it has failed.
---@param plan floe.run.plan
---@param observers floe.observers
---@param result table what observers are told
---@return table result
---@return floe.problem? missing where that changed it
function M.settle(plan, observers, result)
  local missing <const> = result.status ~= "aborted" and result.exit ~= EXIT_OUTSIDE
    and M.missing(M.asked(plan), observers) or nil
  if not missing then
    return result
  end
  return setmetatable({
    status = "failed", exit = verdicts.exit { result, { exit = EXIT_OUTSIDE } },
    message = result.message or missing.message, error_type = result.error_type or "ledger",
  }, { __index = result }), missing
end

--- Ends what keeps evidence: what could not be kept is said, and what is too old is taken out of the ledger.
---@param run floe.run.running
function M.close(run)
  local lines <const> = run.observers:close()
  local stale <const> = recorder.retain(run.plan.root, M.asked(run.plan))
  lines[#lines + 1] = stale and "nothing old was taken out of the ledger: " .. stale.message or nil
  run.unkept = lines
  run.screen:evidence(lines)
end

return M
