-- The spans of a command: what it was told of, as a tree. The command, its steps, what dbt ran, tests below what they
-- test, policies below the judging that they were part of, checks of contracts. Ids are known before a span has ended,
-- so that logs and other programs can name it.
local arguments <const> = require "evidence.arguments"
local encode <const> = require "evidence.otlp.encode"
local names <const> = require "evidence.otlp.names"
local outcome <const> = require "evidence.otlp.outcome"
local system <const> = require "host.system"
local traces <const> = require "evidence.trace"

local M = {}

local TESTS <const> = { test = true, unit_test = true }
local FAILED <const> = { error = true, fail = true, aborted = true }

---@class floe.otlp.spans
---@field env fun(name: string): string?
---@field ended table[] spans that nobody took yet
---@field trace floe.trace?
---@field common table attributes of every span, encoded
---@field step { id: string, at: number, title: string }? the one that goes on
---@field nodes table<string, { id: string, at: number }> by unique id
---@field policies table<string, { trace: floe.trace, id: string }> of the last judging, by id
---@field last { trace: floe.trace, id: string }? of what was told last
local Spans <const> = {}
Spans.__index = Spans

---@param env fun(name: string): string?
---@return floe.otlp.spans
function M.new(env)
  return setmetatable({ env = env, ended = {}, nodes = {}, policies = {}, common = {} }, Spans)
end

--- The attributes that every span of a product carries.
---@param product { id: string?, name: string?, version: string?, domain: string?, namespace: string? }
---@param platform { name: string?, mode: string? }
---@return table as OTLP has them: made once for many spans
function M.common(product, platform)
  return encode.attributes {
    { "floe.namespace", product.namespace or product.id or product.name },
    { "floe.product.name", product.name },
    { "floe.product.version", product.version },
    { "floe.mode", platform.mode },
    { "floe.version", system.versions().floe },
    { "floe.domain", product.domain },
    { "floe.enterprise", platform.mode == "mesh" and platform.name or nil },
  }
end

-- Keeps a span that ended: `attributes` come before those of every span.
function Spans:finish(trace, span, attributes, common)
  self.last = { trace = trace, id = span.span_id }
  if not trace.sampled then
    return
  end
  span.trace_id, span.state = trace.trace_id, trace.state
  span.attributes, span.common = attributes, common or self.common
  self.ended[#self.ended + 1] = encode.span(span)
end

--- Takes the spans that ended.
---@return table[]
function Spans:take()
  local out <const> = self.ended
  self.ended = {}
  return out
end

-- Where something belongs that happens now.
function Spans:parent()
  return self.step and self.step.id or self.trace.span_id
end

-- ---- the command and its steps ----------------------------------------------------------------------------

function Spans:command_started(command)
  self.command, self.trace = command, command.trace or traces.begin(self.env)
  self.common = M.common(command.product or {}, command.platform or {})
end

local function words(command)
  local shown <const> = arguments.shown(command.arguments)
  return table.move(shown, 1, #shown, 2, { "floe" })
end

-- When something ended: by how long it took, as the clock may have been set meanwhile.
local function end_of(started, told)
  return told.seconds and started + 1000 * told.seconds or told.at
end

function Spans:command_ended(result)
  local command <const>, trace <const> = self.command, self.trace
  local in_ci <const> = self.env "CI"
  self.step = nil
  self:finish(trace, {
    span_id = trace.span_id, parent_span_id = trace.parent_span_id,
    name = names.commands[command.command] or "floe." .. command.command,
    started = command.at, ended = end_of(command.at, result), failed = result.exit ~= 0, message = result.message,
  }, {
    { "process.executable.name", "floe" },
    { "process.pid", system.pid },
    { "process.command_args", words(command) },
    { "process.exit.code", result.exit },
    { "error.type", outcome.error_type(result) },
    { "cicd.pipeline.task.run.result", in_ci and in_ci ~= "" and outcome.result(result) or nil },
    { "floe.command", command.command },
    { "floe.status", result.status },
    { "floe.pipeline.run_id", command.id },
    { "floe.pipeline.trigger", command.trigger },
  })
end

function Spans:step_started(step)
  self.step = { id = traces.span_id(), at = step.at, title = step.title }
end

function Spans:step_ended(step)
  local open <const> = self.step or { id = traces.span_id(), at = step.at - 1000 * (step.seconds or 0) }
  self.step = nil
  self:finish(self.trace, {
    span_id = open.id, parent_span_id = self.trace.span_id, name = names.spans.step, started = open.at,
    ended = end_of(open.at, step), failed = step.status == "failed" or step.status == "aborted", message = step.message,
  }, {
    { "floe.step.title", step.title },
    { "floe.step.index", step.index },
    { "floe.step.total", step.total },
    { "floe.status", step.status },
  })
end

-- ---- what dbt ran -------------------------------------------------------------------------------------------

function Spans:node_started(node)
  self.nodes[node.unique_id] = { id = traces.span_id(), at = node.at, parent = self:parent() }
end

local function relation_attributes(node)
  local relation <const> = node.relation or {}
  local namespace <const> = relation.schema and
    (relation.database and relation.database .. "." .. relation.schema or relation.schema)
  return { "db.system.name", node.adapter }, { "db.namespace", namespace },
    { "db.collection.name", relation.identifier }
end

local function node_attributes(node)
  local system_name <const>, namespace <const>, collection <const> = relation_attributes(node)
  return {
    { "floe.transform.type", node.kind },
    { "floe.transform.model", node.name },
    { "floe.transform.layer", node.layer },
    { "floe.transform.materialization", node.materialization },
    { "floe.transform.status", node.status },
    { "floe.transform.rows_affected", node.rows },
    { "floe.transform.bytes_processed", node.bytes },
    { "floe.transform.attempt", node.attempt },
    { "floe.transform.reused", node.reused },
    { "floe.transform.run_id", node.id },
    { "floe.dbt.unique_id", node.unique_id },
    system_name, namespace, collection,
  }
end

local function test_attributes(node)
  return {
    { "floe.quality.test_name", node.name },
    { "floe.quality.model", node.attached },
    { "floe.quality.column", node.column_name },
    { "floe.quality.result", node.status },
    { "floe.transform.type", node.kind },
    { "floe.transform.run_id", node.id },
    { "floe.dbt.unique_id", node.unique_id },
    { "db.system.name", node.adapter },
  }
end

function Spans:node_ended(node)
  local is_test <const>, failed <const> = TESTS[node.kind], FAILED[node.status]
  local started <const> = node.started_at or node.at - 1000 * (node.seconds or 0)
  local ended <const> = end_of(started, node)
  local open <const> = self.nodes[node.unique_id] or { id = traces.span_id(), parent = self:parent() }
  self.nodes[node.unique_id] = open
  local tested <const> = is_test and node.attached and self.nodes[node.attached]
  local attributes <const> = is_test and test_attributes(node) or node_attributes(node)
  attributes[#attributes + 1] = failed and { "error.type", node.status } or nil
  self:finish(self.trace, {
    span_id = open.id, parent_span_id = tested and tested.id or open.parent,
    name = is_test and names.spans.test or names.spans.node, started = started, ended = ended,
    failed = failed, message = node.message,
    events = failed and node.message and {
      { name = "exception", at = ended,
        attributes = { { "exception.type", node.status }, { "exception.message", node.message } } },
    } or nil,
  }, attributes)
end

-- ---- judging ------------------------------------------------------------------------------------------------

local FAILING <const> = { blocked = true, error = true }

-- The attributes of a verdict's own product: a command may judge several.
local function common_of(self, verdict)
  local product <const> = verdict.about or verdict.product or {}
  local told <const> = self.command.product or {}
  if told.id == product.id then
    return self.common
  end
  return M.common(product, { name = (self.command.platform or {}).name, mode = product.mode })
end

-- How the findings of each policy stand: the gravest.
local function standings(verdict)
  local rank <const> = { block = 4, alert = 3, warn = 2, waived = 1, baseline = 1 }
  local out <const> = {}
  for _, finding in ipairs(verdict.findings or {}) do
    local best <const> = out[finding.policy]
    if not best or (rank[finding.verdict] or 0) > rank[best] then
      out[finding.policy] = finding.verdict
    end
  end
  return out
end

-- The checks of a policy are spread over the judging, and over workers: its span begins with it and lasts as long as
-- they took together, at most until the judging ends; `floe.policy.duration` has it whole.
local function judge_policies(self, verdict, judging, common)
  local standing <const> = standings(verdict)
  for _, policy in ipairs(verdict.policies or {}) do
    local id <const> = traces.span_id()
    self.policies[policy.id] = { trace = self.trace, id = id }
    self:finish(self.trace, {
      span_id = id, parent_span_id = judging.id, name = names.spans.policy,
      started = judging.started, ended = math.min(judging.started + 1000 * (policy.seconds or 0), judging.ended),
      failed = standing[policy.id] == "block",
    }, {
      { "floe.policy.id", policy.id },
      { "floe.policy.code", policy.code },
      { "floe.policy.mode", policy.mode },
      { "floe.policy.verdict", standing[policy.id] or "pass" },
      { "floe.policy.checks", policy.checks },
      { "floe.policy.duration", policy.seconds },
      { "floe.policy.findings", policy.findings },
    }, common)
  end
end

function Spans:policy_judged(verdict)
  local common <const>, counts <const> = common_of(self, verdict), verdict.counts or {}
  local at <const> = verdict.at or system.nanoseconds() // 1000000
  local judging <const> = { id = traces.span_id(), ended = at, started = at - 1000 * (verdict.seconds or 0) }
  self.policies = {}
  judge_policies(self, verdict, judging, common)
  self:finish(self.trace, {
    span_id = judging.id, parent_span_id = self:parent(), name = names.spans.judgement,
    started = judging.started, ended = judging.ended, failed = FAILING[verdict.verdict],
  }, {
    { "floe.policy.phase", verdict.command },
    { "floe.policy.verdict", verdict.verdict },
    { "floe.policy.subjects", counts.subjects },
    { "floe.policy.checks", counts.checks },
    { "floe.policy.findings", verdict.findings and #verdict.findings or nil },
    { "error.type", verdict.verdict == "blocked" and "policy_violation" or verdict.verdict == "error" and "error"
      or nil },
  }, common)
end

-- ---- contracts ----------------------------------------------------------------------------------------------

function Spans:contract_checked(result)
  local failed <const> = result.status == "violation" or result.status == "error"
  self:finish(self.trace, {
    span_id = traces.span_id(), parent_span_id = self:parent(), name = names.spans.check,
    started = result.at, ended = result.at + 1000 * (result.seconds or 0), failed = failed, message = result.message,
  }, {
    { "floe.contract.name", result.contract },
    { "floe.contract.version", result.version },
    { "floe.contract.check", result.type },
    { "floe.contract.element", result.element },
    { "floe.contract.status", result.status },
    { "floe.contract.severity", result.severity },
    { "floe.contract.expected", result.expected },
    { "floe.contract.actual", result.actual },
    { "floe.contract.source", result.source },
    { "error.type", failed and (result.status == "error" and "check_failed" or "contract_violation") or nil },
  })
end

return M
