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

--- Ends what keeps evidence: what is missing of it is said, and fails the run where the platform asks for it.
---@param plan floe.run.plan
---@param observers floe.observers
---@param screen floe.run.screen
---@param exit integer of the run
---@return integer exit
function M.close(plan, observers, screen, exit)
  local asked <const>, lines <const> = M.asked(plan), observers:close()
  local stale <const> = recorder.retain(plan.root, asked)
  lines[#lines + 1] = stale and "nothing old was taken out of the ledger: " .. stale.message or nil
  screen:evidence(lines)
  local missing <const> = M.missing(asked, observers)
  if not missing or exit == EXIT_OUTSIDE then
    return exit
  end
  screen:fail(missing)
  return verdicts.exit { { exit = exit }, { exit = EXIT_OUTSIDE } }
end

return M
