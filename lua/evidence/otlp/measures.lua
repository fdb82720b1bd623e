-- The metrics of a command: counters, durations, and how contracts stand. Names are those of `names.metrics`; labels
-- are bounded by what a product has: models, policies, contracts.
local meters <const> = require "evidence.otlp.meter"
local metrics <const> = require("evidence.otlp.names").metrics
local outcome <const> = require "evidence.otlp.outcome"

local M = {}

local TESTS <const> = { test = true, unit_test = true }
local RAN <const> = { success = true, error = true, pass = true, fail = true, warn = true }

---@class floe.otlp.measures
---@field meter floe.otlp.meter
---@field tested table<string, boolean> the models that ran, by id: whether a test of them ran
---@field quality table<string, { held: integer, checked: integer }> by contract
local Measures <const> = {}
Measures.__index = Measures

---@param temporality "delta"|"cumulative"
---@return floe.otlp.measures
function M.new(temporality)
  return setmetatable({ temporality = temporality, quality = {}, tested = {} }, Measures)
end

--- Takes what was counted.
---@param at number milliseconds since 1970
---@return table[][] metrics, a list for each request
function Measures:take(at)
  return self.meter and self.meter:collect(at) or {}
end

local function with(self, ...)
  local out <const> = { { "floe.namespace", self.namespace }, ... }
  return out
end

function Measures:command_started(command)
  local product <const> = command.product or {}
  self.namespace, self.command = product.namespace or product.id or product.name, command.command
  self.meter = meters.new(self.temporality, command.at)
  if self.command == "run" then
    self.meter:add(metrics.run_active, 1, self:executing())
  end
end

-- A run of a product is one of a pipeline: what the conventions ask to be said of it.
function Measures:executing(...)
  return { { "cicd.pipeline.name", self.namespace }, { "cicd.pipeline.run.state", "executing" }, ... }
end

local function run_ended(self, result)
  local failed <const> = outcome.error_type(result)
  self.meter:add(metrics.run_active, -1, self:executing())
  self.meter:record(metrics.run_duration, result.seconds, self:executing({ "cicd.pipeline.result",
    outcome.result(result) }, { "error.type", failed }))
  if failed then
    self.meter:add(metrics.run_errors, 1, { { "cicd.pipeline.name", self.namespace }, { "error.type", failed } })
  end
end

-- The share of the models that ran of which a test ran.
local function set_coverage(self, at)
  local models, tested = 0, 0
  for _, has_test in pairs(self.tested) do
    models, tested = models + 1, tested + (has_test and 1 or 0)
  end
  if models > 0 then
    self.meter:set(metrics.coverage, 100 * tested / models, with(self), at)
  end
end

function Measures:command_ended(result)
  local command <const> = { "floe.command", self.command }
  self.meter:add(metrics.runs, 1, with(self, command, { "floe.status", result.status }))
  if result.exit ~= 0 then
    self.meter:add(metrics.failures, 1, with(self, command, { "floe.status", result.status }))
  end
  self.meter:record(metrics.duration, result.seconds, with(self, command, { "floe.status", result.status }))
  if self.command == "run" then
    run_ended(self, result)
    set_coverage(self, result.at)
  end
end

local function count_test(self, node)
  local of_model <const> = with(self, { "floe.quality.model", node.attached })
  if self.tested[node.attached] == false then
    self.tested[node.attached] = true
  end
  self.meter:add(metrics.tests, 1, of_model)
  if node.status == "pass" or node.status == "success" then
    self.meter:add(metrics.tests_passed, 1, of_model)
  elseif node.status == "fail" or node.status == "error" then
    self.meter:add(metrics.tests_failed, 1, of_model)
  end
end

function Measures:node_ended(node)
  if not RAN[node.status] or node.reused then
    return
  elseif TESTS[node.kind] then
    return count_test(self, node)
  elseif node.kind == "model" then
    self.tested[node.unique_id] = self.tested[node.unique_id] or false
  end
  local of_model <const> = with(self, { "floe.transform.model", node.name }, { "floe.transform.layer", node.layer })
  self.meter:record(metrics.node_duration, node.seconds or 0, with(self, { "floe.transform.model", node.name },
    { "floe.transform.layer", node.layer }, { "floe.transform.status", node.status }))
  if node.rows then
    self.meter:add(metrics.rows, node.rows, of_model)
  end
  if node.bytes then
    self.meter:add(metrics.bytes, node.bytes, of_model)
  end
end

function Measures:policy_judged(verdict)
  local namespace <const> = verdict.about and verdict.about.namespace or self.namespace
  local function of(policy, ...)
    return { { "floe.namespace", namespace }, { "floe.policy.id", policy }, { "floe.policy.phase", verdict.command },
      ... }
  end
  for _, policy in ipairs(verdict.policies or {}) do
    self.meter:add(metrics.evaluations, policy.checks or 0, of(policy.id, { "floe.policy.mode", policy.mode }))
  end
  for _, finding in ipairs(verdict.findings or {}) do
    self.meter:add(metrics.findings, 1, of(finding.policy, { "floe.policy.verdict", finding.verdict }))
  end
end

-- How a contract stands by one kind of check.
local GAUGES <const> = {
  freshness = { metrics.freshness, function(result)
    return result.value
  end },
  availability = { metrics.availability, function(result)
    return result.status == "pass" and 1 or 0
  end },
  schema_drift = { metrics.drift, function(result)
    return result.status == "violation" and 1 or 0
  end },
}

-- The share of a contract's rules about quality that hold, as far as they were checked.
local function score(self, result)
  local known <const> = self.quality[result.contract] or { held = 0, checked = 0 }
  self.quality[result.contract] = known
  known.held, known.checked = known.held + (result.status == "pass" and 1 or 0), known.checked + 1
  self.meter:set(metrics.quality, 100 * known.held / known.checked,
    with(self, { "floe.contract.name", result.contract }), result.at)
end

function Measures:contract_checked(result)
  local contract <const> = { "floe.contract.name", result.contract }
  local kind <const> = { "floe.contract.check", result.type }
  self.meter:record(metrics.check_duration, result.seconds or 0, with(self, contract, kind,
    { "floe.contract.status", result.status }))
  if result.status == "violation" then
    self.meter:add(metrics.violations, 1, with(self, contract, kind, { "floe.contract.severity", result.severity }))
  end
  local gauge <const>, known <const> = GAUGES[result.type], result.status == "pass" or result.status == "violation"
  if known and result.type == "quality" then
    score(self, result)
  end
  local value <const> = gauge and known and gauge[2](result)
  if value then
    self.meter:set(gauge[1], value, with(self, contract, { "floe.contract.element", result.element }), result.at)
  end
end

return M
