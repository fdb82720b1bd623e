-- Keeps the results of checks in a product's ledger, where severity, availability and `floe ledger` find them again.

local json <const> = require "host.json"
local ledgers <const> = require "evidence.ledger"
local records <const> = require "evidence.record"

local M = {}

local SCHEMA <const> = "floe.dev/ledger-check/v1"
local WAIT <const> = 2 -- seconds for another writer

local function or_null(value)
  return value == nil and json.null or value
end

--- A result as JSON; every key is always there.
---@param result floe.check.result
---@return table
function M.result(result)
  return json.object {
    { "contract", result.contract }, { "version", or_null(result.version) }, { "type", result.type },
    { "schema", or_null(result.schema) }, { "element", or_null(result.element) }, { "rule", or_null(result.rule) },
    { "status", result.status }, { "severity", or_null(result.severity) }, { "message", result.message },
    { "expected", or_null(result.expected) }, { "actual", or_null(result.actual) },
    { "value", or_null(result.value) }, { "seconds", result.seconds }, { "source", or_null(result.source) },
    { "at", result.at }, { "consumers", json.array(result.consumers or {}) },
  }
end

local function results_of(results)
  local out <const> = {}
  for index, result in ipairs(results) do
    out[index] = M.result(result)
  end
  return json.array(out)
end

local function violations_of(results)
  local out <const> = {}
  for _, result in ipairs(results) do
    if result.status == "violation" then
      out[#out + 1] = {
        policy = "contract." .. result.type, verdict = result.severity,
        subject = ("contract.%s"):format(result.contract), body = json.encode(M.result(result)),
      }
    end
  end
  return out
end

--- How a list of results ended: "violated" where something is broken, "unknown" where something could not be told.
---@param results floe.check.result[]
---@return string
function M.verdict(results)
  local worst <const> = require("check.lines").worst(results)
  return worst == "violation" and "violated" or worst == "error" and "unknown" or "pass"
end

--- Results of a run's checks as an entry for `ledger:append`: what policies make of them is an entry of its own there.
---@param product string its id
---@param results floe.check.result[]
---@param run string the run that checked
---@return table
function M.entry(product, results, run)
  return {
    kind = "check", product = product, run = run, verdict = M.verdict(results), findings = violations_of(results),
    body = json.encode(json.object {
      { "schema", SCHEMA }, { "results", results_of(results) }, { "document", json.null },
    }),
  }
end

--- Results that policies have judged, as an entry for `ledger:append`: with who checked, where, and by which rules.
---@param product string its id
---@param results floe.check.result[]
---@param verdict table its findings are kept in place of the violations
---@param checker "check"|"monitor" the command that checked
---@return table
function M.judged(product, results, verdict, checker)
  return {
    kind = "check", product = product, verdict = verdict.verdict, findings = records.findings(verdict),
    body = json.encode(json.object {
      { "schema", SCHEMA }, { "command", checker }, { "origin", records.origin(verdict.product.path) },
      { "results", results_of(results) }, table.unpack(records.judged(verdict)),
    }),
    inputs = records.inputs(verdict),
  }
end

--- Keeps results that policies have judged.
---@param root string the product's folder
---@param product string its id
---@param results floe.check.result[]
---@param verdict table
---@return boolean? done true also where nothing is to be recorded
---@return table? err
function M.keep(root, product, results, verdict)
  local path <const> = ledgers.locate(root)
  if not path then
    return true
  end
  local handle <close>, err <const> = ledgers.open(path, { quick = true, wait = WAIT })
  if not handle then
    return nil, err
  end
  return handle:append(M.judged(product, results, verdict, "check"))
end

return M
