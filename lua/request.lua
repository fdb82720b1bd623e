-- What a command line asks of the validate phase.
local system <const> = require "host.system"

local M = {}

--- A request for `phase.validate`, from a command's options; those a command does not have are absent.
---@param options table
---@return table
function M.of(options)
  local folders <const> = options.folders or { options.folder }
  return {
    folders = #folders > 0 and folders or { "." },
    as_of = options.as_of or system.date(),
    as_of_time = options.as_of and options.as_of .. "T00:00:00Z" or system.timestamp(),
    workers = options.workers,
    enforce = options.enforce,
    reading = require("usage.reading").of(options),
    policies = options.policy and #options.policy > 0 and options.policy or nil,
    baseline = options.baseline,
    environment = system.env("FLOE_ENV"),
    target_contract = options.target_contract,
  }
end

--- Judges, for a command that needs findings and not a report. Where a product cannot be judged its errors are
--- printed, and nil comes back with the exit code.
---@param request table
---@param terminal terminal
---@return table[]? verdicts
---@return integer exit
function M.judge(request, terminal)
  local verdicts <const>, exit <const> = require("phase.validate").run(request, {})
  if exit < 2 and not system.interrupted() then
    return verdicts, exit
  end
  local words <const> = require "report.verdicts"
  for _, verdict in ipairs(verdicts or {}) do
    for _, problem in ipairs(verdict.errors or {}) do
      terminal:fail({
        message = (problem.policy and "policy " .. problem.policy .. ": " or "") .. problem.message,
        hint = problem.hint, file = words.file(verdict, problem) or problem.at, line = problem.line,
        column = problem.column,
      })
    end
  end
  return nil, exit
end

return M
