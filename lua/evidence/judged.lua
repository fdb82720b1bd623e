-- What a command that judges files tells observers: its stages, its verdicts, how it ended. It is done in milliseconds,
-- often on a laptop, so that it tells only where a variable of the environment asks for it; what a platform says about
-- telemetry is for what runs.
local system <const> = require "host.system"

local M = {}

local PATIENCE <const> = 2 -- seconds that somebody who wants a verdict waits for a backend, where nobody says more

local ASKING <const> = { "^OTEL_", "^FLOE_METRICS_FILE$", "^FLOE_PUSHGATEWAY_" }

-- Whether a variable asks for evidence beyond the ledger.
local function is_asked_for()
  for _, name in ipairs(system.variables()) do
    for _, pattern in ipairs(ASKING) do
      if name:find(pattern) and system.env(name) ~= "" then
        return true
      end
    end
  end
  return false
end

---@class floe.judged
---@field at integer when the command began, milliseconds since 1970
---@field begin number by the monotonic clock
---@field trace floe.trace
---@field stages { title: string, began: number, ended: number? }[] by the monotonic clock
local Judged <const> = {}
Judged.__index = Judged

--- Begins to keep what is to be told; nil where nobody asks for it.
---@return floe.judged?
function M.begin()
  if not is_asked_for() then
    return nil
  end
  return setmetatable({
    at = system.nanoseconds() // 1000000, begin = system.monotonic(), trace = require("evidence.trace").begin(),
    stages = {},
  }, Judged)
end

--- The variables that programs which the command starts are given, by name.
---@return table<string, string>
function Judged:variables()
  return require("evidence.trace").environment(self.trace)
end

--- A stage begins; nil where none follows. The one before ends.
---@param title string?
function Judged:stage(title)
  local now <const>, last <const> = system.monotonic(), self.stages[#self.stages]
  if last and not last.ended then
    last.ended = now
  end
  if title then
    self.stages[#self.stages + 1] = { title = title, began = now }
  end
end

-- Milliseconds since 1970 of a moment of the monotonic clock.
local function moment(self, monotonic)
  return self.at + (monotonic - self.begin) * 1000
end

local function tell_stages(self, all)
  for index, stage in ipairs(self.stages) do
    local step <const> = { index = index, total = #self.stages, title = stage.title }
    step.at = moment(self, stage.began)
    all:tell("step_started", step)
    local ended <const> = stage.ended or stage.began
    step.at, step.seconds, step.status = moment(self, ended), ended - stage.began, "ok"
    all:tell("step_ended", step)
  end
end

-- The verdicts of folders that hold a product.
local function of_products(verdicts)
  local out <const> = {}
  for _, verdict in ipairs(verdicts) do
    out[#out + 1] = verdict.product.id and verdict or nil
  end
  return out
end

local function totals(verdicts)
  local out <const> = {}
  for _, verdict in ipairs(verdicts) do
    for name, count in pairs(verdict.counts) do
      out[name] = (out[name] or 0) + count
    end
  end
  return out
end

local function closing(verdicts)
  local words <const> = require "report.verdicts"
  return #verdicts == 1 and words.closing(verdicts[1]) or words.summary(verdicts)
end

-- What is told first.
local function describe(self, outcome, first)
  local platform <const> = first.platform[1] or {} -- the one at the top, as every command tells
  return {
    id = system.uuid(), command = first.command, arguments = require("evidence.arguments").shown(), at = self.at,
    product = #outcome.verdicts == 1 and first.about or nil,
    platform = { name = platform.name, version = platform.version, mode = first.about.mode, digest = platform.digest },
    environment = outcome.environment, trace = self.trace, floe = system.versions().floe,
  }
end

---@class floe.judged.outcome
---@field verdicts table[] one a product
---@field exit integer of the command
---@field message string? why that is not the exit code of the verdicts
---@field environment string?

--- Tells everything.
---@param outcome floe.judged.outcome
---@return string[] lines for the user; none where all is well
function Judged:finish(outcome)
  self:stage(nil)
  local products <const> = of_products(outcome.verdicts)
  if #products == 0 then
    return {}
  end
  local ended <const>, first <const>, exit <const> = system.monotonic(), products[1], outcome.exit
  local all <const> = require("evidence.observers").open { root = first.product.path }
  all:tell("command_started", describe(self, outcome, first))
  tell_stages(self, all)
  for _, verdict in ipairs(products) do
    all:tell("policy_judged", verdict)
  end
  all:tell("command_ended", {
    at = moment(self, ended), seconds = ended - self.begin, status = exit == 0 and "complete" or "failed", exit = exit,
    message = exit ~= 0 and (outcome.message or closing(outcome.verdicts)) or nil, counts = totals(products),
  })
  return all:close(not system.env "FLOE_EVIDENCE_WAIT" and PATIENCE or nil)
end

return M
