-- Tells who keeps evidence (lineage, telemetry, metrics, channels) of checks that a command has made.

local observers <const> = require "evidence.observers"
local system <const> = require "host.system"

local M = {}

---@class floe.check.told
---@field loading floe.loading
---@field connection floe.check.connection?
---@field verdict table what policies made of the results
---@field exit integer
---@field at integer when the command began, milliseconds since 1970
---@field begin number the same by the monotonic clock
---@field environment string?

--- Tells everything.
---@param told floe.check.told
---@param results floe.check.result[]
---@return string[] lines for the user; none where all is well
function M.tell(told, results)
  local loading <const>, verdict <const> = told.loading, told.verdict
  local about <const> = verdict.about
  local platform <const> = verdict.platform[1] or {}
  local all <const> = observers.open {
    root = loading.root, settings = require("compile.artifact").observability(loading), connection = told.connection,
    project = loading.dbt and loading.dbt.project or nil,
  }
  all:tell("command_started", {
    id = system.uuid(), command = "check", arguments = require("evidence.arguments").shown(), at = told.at,
    product = about, platform = { name = platform.name, version = platform.version, digest = platform.digest,
      mode = about.mode }, environment = told.environment, trace = require("evidence.trace").begin(),
  })
  for _, result in ipairs(results) do
    all:tell("contract_checked", result)
  end
  all:tell("policy_judged", verdict)
  all:tell("command_ended", {
    at = system.nanoseconds() // 1000000, seconds = system.monotonic() - told.begin,
    status = told.exit == 0 and "complete" or "failed", exit = told.exit, counts = verdict.counts,
  })
  return all:close()
end

return M
