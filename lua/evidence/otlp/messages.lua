-- The logs of a command: what people would want to read of it, each with the span that it belongs to.
local encode <const> = require "evidence.otlp.encode"
local events <const> = require("evidence.otlp.names").events
local system <const> = require "host.system"

local M = {}

local LEVELS <const> = { DEBUG = "DEBUG", INFO = "INFO", WARNING = "WARN", ERROR = "ERROR" }
local TESTS <const> = { test = true, unit_test = true }
local FAILED <const> = { error = true, fail = true, aborted = true }

---@class floe.otlp.messages
---@field spans floe.otlp.spans whose ids the records carry
---@field least integer number of the least severity that is kept
---@field records table[]
local Messages <const> = {}
Messages.__index = Messages

---@param spans floe.otlp.spans
---@param level string? the platform's "DEBUG", "INFO", "WARNING", "ERROR"
---@return floe.otlp.messages
function M.new(spans, level)
  return setmetatable({
    spans = spans, records = {}, least = encode.severities[LEVELS[level] or "INFO"],
  }, Messages)
end

--- Takes the records.
---@return table[]
function Messages:take()
  local out <const> = self.records
  self.records = {}
  return out
end

local function say(self, at, severity, name, body, attributes, span)
  if encode.severities[severity] < self.least then
    return
  end
  local of <const> = span or self.spans.last
  self.records[#self.records + 1] = encode.record {
    at = at, severity = severity, name = name, body = body, attributes = attributes,
    trace_id = of and of.trace.trace_id, span_id = of and of.id, sampled = of and of.trace.sampled,
  }
end

function Messages:command_started(command)
  self.command = command
end

function Messages:command_ended(result)
  local message <const> = ("floe %s: %s"):format(self.command.command, result.status)
  say(self, result.at, result.exit == 0 and "INFO" or "ERROR", events.command,
    result.message and message .. ": " .. result.message or message, {
      { "floe.command", self.command.command },
      { "floe.status", result.status },
      { "process.exit.code", result.exit },
      { "error.message", result.message },
    })
end

function Messages:node_ended(node)
  local is_test <const>, failed <const> = TESTS[node.kind], FAILED[node.status]
  if is_test and not failed and node.status ~= "warn" then
    return
  end
  local severity <const> = failed and "ERROR" or node.status == "warn" and "WARN" or "INFO"
  local said <const> = ("%s %s: %s"):format(node.kind, node.name, node.status)
  say(self, node.at, severity, is_test and events.test or events.node,
    node.message and (failed or is_test) and said .. ": " .. node.message or said, {
      { "floe.dbt.unique_id", node.unique_id },
      { "floe.transform.status", node.status },
      { "error.type", failed and node.status or nil },
    })
end

local SEVERITIES <const> = { block = "ERROR", alert = "WARN", warn = "WARN", waived = "INFO", baseline = "DEBUG" }

function Messages:policy_judged(verdict)
  local at <const> = verdict.at or system.nanoseconds() // 1000000
  for _, finding in ipairs(verdict.findings or {}) do
    say(self, at, SEVERITIES[finding.verdict] or "ERROR", events.finding, finding.message, {
      { "floe.policy.id", finding.policy },
      { "floe.policy.code", finding.code },
      { "floe.policy.mode", finding.mode },
      { "floe.policy.verdict", finding.verdict },
      { "floe.subject", finding.subject },
      { "code.file.path", finding.file },
      { "code.line.number", finding.line },
    }, self.spans.policies[finding.policy])
  end
  for _, problem in ipairs(verdict.errors or {}) do
    say(self, at, "ERROR", events.error, problem.message, {
      { "floe.policy.id", problem.policy },
      { "error.type", problem.kind },
      { "floe.subject", problem.subject },
      { "code.file.path", problem.file },
      { "code.line.number", problem.line },
    }, problem.policy and self.spans.policies[problem.policy])
  end
end

local GRAVE <const> = { info = "INFO", warning = "WARN", error = "ERROR", critical = "ERROR" }

function Messages:contract_checked(result)
  if result.status ~= "violation" and result.status ~= "error" then
    return
  end
  say(self, result.at, result.status == "error" and "ERROR" or GRAVE[result.severity] or "ERROR", events.violation,
    result.message or ("%s of %s"):format(result.type, result.contract), {
      { "floe.contract.name", result.contract },
      { "floe.contract.version", result.version },
      { "floe.contract.check", result.type },
      { "floe.contract.element", result.element },
      { "floe.contract.severity", result.severity },
      { "floe.contract.status", result.status },
    })
end

--- What people are told of by channels.
function Messages:alert(alert)
  local severity <const> = alert.status == "resolved" and "INFO" or GRAVE[alert.severity] or "ERROR"
  say(self, alert.at, severity, events.alert, alert.message and ("%s: %s"):format(alert.title, alert.message)
    or alert.title, {
      { "floe.alert.status", alert.status },
      { "floe.alert.priority", alert.priority },
      { "floe.contract.name", alert.contract },
      { "floe.contract.check", alert.type },
      { "floe.contract.severity", alert.severity },
    }, { trace = self.spans.trace, id = self.spans.trace.span_id })
end

return M
