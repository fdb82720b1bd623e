-- Turns what commands tell (see evidence/observers.lua) into metrics.

local metrics <const> = require "evidence.prometheus.metrics"
local system <const> = require "host.system"

local M = {}

local Recorder <const> = {}
Recorder.__index = Recorder

local TRANSFORMS <const> = { model = true, seed = true, snapshot = true }
local TESTS <const> = { test = true, unit_test = true }
local FAILED <const> = { fail = true, error = true }
local RAN <const> = { success = true, error = true, pass = true, fail = true, warn = true }

-- A breach that has not happened yet is told as 0, so that the first one shows as an increase.
local BREACHES <const> = { "error", "critical" }

local function seconds_of(milliseconds)
  return milliseconds / 1000
end

local function flag(value)
  return value and 1 or 0
end

-- ---- commands ---------------------------------------------------------------------------------------------

-- Gauges of nodes that a run which leaves none out does not tell anew are of nodes that are no more.
local OF_NODES <const> = {
  "transform_duration_seconds", "transform_rows_affected", "transform_bytes_processed",
}

function Recorder:command_started(command)
  local product <const> = command.product or {}
  self.command = command.command
  self.product = product.id or ""
  self.models, self.tested, self.failing = {}, {}, 0
  if not product.id then
    return
  end
  self.families.product_info:remove { product = self.product }
  self.families.product_info:set({
    product = self.product, version = product.version or "", floe = system.versions().floe,
    domain = product.domain or "", owner = product.owner or "",
  }, 1)
  for _, name in ipairs(command.whole and OF_NODES or {}) do
    self.families[name]:remove { product = self.product }
  end
end

-- The share of the models of this run that were tested; nil where none ran.
local function coverage(self)
  local models, tested = 0, 0
  for id in pairs(self.models) do
    models, tested = models + 1, tested + flag(self.tested[id])
  end
  return models > 0 and tested / models or nil
end

local function pipeline_ended(self, result)
  local families <const>, labels <const> = self.families, { product = self.product }
  local complete <const> = result.status == "complete"
  families.pipeline_runs_total:add { product = self.product, status = result.status }
  families.pipeline_failures_total:add(labels, flag(result.status == "failed"))
  families.pipeline_duration_seconds:observe(labels, result.seconds)
  families.pipeline_last_duration_seconds:set(labels, result.seconds)
  families.pipeline_last_success:set(labels, flag(complete))
  families.pipeline_last_run_timestamp_seconds:set(labels, seconds_of(result.at))
  if complete then
    families.pipeline_last_success_timestamp_seconds:set(labels, seconds_of(result.at))
  end
  families.quality_failing_tests:set(labels, self.failing)
  local ratio <const> = coverage(self)
  if ratio then
    families.quality_coverage_ratio:set(labels, ratio)
  end
end

function Recorder:command_ended(result)
  local families <const> = self.families
  local labels <const> = { product = self.product, command = self.command }
  families.commands_total:add { product = self.product, command = self.command, status = result.status }
  families.command_duration_seconds:observe(labels, result.seconds)
  families.command_last_timestamp_seconds:set(labels, seconds_of(result.at))
  if result.error_type then
    families.errors_total:add { product = self.product, command = self.command, error_type = result.error_type }
  end
  if self.command == "run" then
    pipeline_ended(self, result)
  end
end

-- ---- nodes ------------------------------------------------------------------------------------------------

-- "model.shop.orders.v2" is "orders.v2" in its project.
local function name_of(node)
  return node.unique_id and node.unique_id:match("^[^.]+%.[^.]+%.(.+)$") or node.name
end

local function transform_ended(self, node)
  local families <const> = self.families
  local labels <const> = { product = self.product, model = name_of(node) }
  families.transform_runs_total:add { product = labels.product, model = labels.model, status = node.status }
  if not RAN[node.status] or node.reused then
    return
  end
  self.models[node.unique_id] = node.kind == "model" or nil
  families.transform_duration_seconds:set(labels, node.seconds)
  for family, value in pairs { transform_rows_affected = node.rows, transform_bytes_processed = node.bytes } do
    families[family]:set(labels, value)
  end
end

local function test_ended(self, node)
  if not RAN[node.status] or node.reused then
    return
  end
  local families <const>, labels <const> = self.families, { product = self.product }
  local failed <const> = FAILED[node.status]
  families.quality_tests_total:add(labels)
  families.quality_tests_passed_total:add(labels, flag(not failed))
  families.quality_tests_failed_total:add(labels, flag(failed))
  self.failing = self.failing + flag(failed)
  if node.attached then
    self.tested[node.attached] = true
  end
end

function Recorder:node_ended(node)
  if TRANSFORMS[node.kind] then
    transform_ended(self, node)
  elseif TESTS[node.kind] then
    test_ended(self, node)
  end
end

-- ---- policies ---------------------------------------------------------------------------------------------

-- What a verdict counts: its checks, its errors and its findings, these by policy and by what became of them.
local function tally(verdict)
  local out <const> = { checks = verdict.counts.checks or 0, errors = verdict.counts.errors or 0, findings = {} }
  for _, finding in ipairs(verdict.findings) do
    local by_verdict <const> = out.findings[finding.policy] or {}
    out.findings[finding.policy] = by_verdict
    by_verdict[finding.verdict] = (by_verdict[finding.verdict] or 0) + 1
  end
  return out
end

-- A run is judged at several moments, and what was found at one of them goes on beside the others.
local function tallies_of(self, verdict, labels)
  local key <const> = labels.product .. "\0" .. labels.command
  self.judged[key] = self.judged[key] or {}
  self.judged[key][verdict.moment or ""] = tally(verdict)
  return self.judged[key]
end

function Recorder:policy_judged(verdict)
  local families <const> = self.families
  local command <const> = verdict.command or self.command
  local labels <const> = { product = verdict.product and verdict.product.id or self.product, command = command }
  families.policy_judgements_total:add {
    product = labels.product, command = command, verdict = verdict.verdict,
  }
  for _, family in ipairs { "policy_checks", "policy_errors", "policy_findings" } do
    families[family]:remove(labels)
  end
  for _, one in pairs(tallies_of(self, verdict, labels)) do
    families.policy_checks:add(labels, one.checks)
    families.policy_errors:add(labels, one.errors)
    for policy, by_verdict in pairs(one.findings) do
      for became, count in pairs(by_verdict) do
        families.policy_findings:add({
          product = labels.product, command = command, policy = policy, verdict = became,
        }, count)
      end
    end
  end
end

-- ---- contracts --------------------------------------------------------------------------------------------

-- What one round of checks of a contract has told so far; results of one round have one moment.
local function round_of(self, result)
  local key <const> = result.contract .. "\0" .. result.type
  local round = self.rounds[key]
  if not round or round.at ~= result.at then
    round = { at = result.at, passed = 0, violated = 0 }
    self.rounds[key] = round
  end
  return round
end

-- What the contract as a whole is, by the type of the check.
local gauges <const> = {}

function gauges.freshness(families, labels, round)
  if round.oldest then
    families.contract_freshness_hours:set(labels, round.oldest)
  end
end

function gauges.schema_drift(families, labels, round)
  families.contract_schema_drift_detected:set(labels, flag(round.violated > 0))
end

function gauges.quality(families, labels, round)
  families.contract_quality_score:set(labels, 100 * round.passed / (round.passed + round.violated))
end

function gauges.availability(families, labels, round)
  families.contract_availability_up:set(labels, flag(round.violated == 0))
end

local function told(self, result)
  local families <const> = self.families
  local round <const>, labels <const> = round_of(self, result), { contract = result.contract }
  if result.status == "violation" then
    round.violated = round.violated + 1
  else
    round.passed = round.passed + 1
  end
  if type(result.value) == "number" then
    round.oldest = math.max(round.oldest or result.value, result.value)
  end
  families.contract_violated:set({ contract = result.contract, check_type = result.type }, flag(round.violated > 0))
  if gauges[result.type] then
    gauges[result.type](families, labels, round)
  end
end

function Recorder:contract_checked(result)
  local families <const> = self.families
  local labels <const> = { contract = result.contract, check_type = result.type }
  families.contract_checks_total:add {
    contract = result.contract, check_type = result.type, status = result.status,
  }
  if result.status == "skipped" then
    return
  end
  families.contract_check_duration_seconds:observe(labels, result.seconds or 0)
  families.contract_last_check_timestamp_seconds:set(labels, seconds_of(result.at))
  for _, severity in ipairs(BREACHES) do
    families.contract_violations_total:add({ contract = result.contract, type = result.type, severity = severity }, 0)
  end
  if result.status == "violation" then
    families.contract_violations_total:add {
      contract = result.contract, type = result.type, severity = result.severity,
    }
  end
  if result.status ~= "error" then
    told(self, result)
  end
end

--- What it may be told, by name.
M.methods = {}
for name, method in pairs(Recorder) do
  M.methods[name] = type(method) == "function" and method or nil
end

--- An observer that fills a registry.
---@param registry floe.metrics.registry
---@return table observer
function M.new(registry)
  return setmetatable({
    families = metrics.define(registry), rounds = {}, judged = {}, models = {}, tested = {}, failing = 0,
    product = "", command = "",
  }, Recorder)
end

return M
