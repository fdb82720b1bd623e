-- The verdict as one JSON document, in the shape and with the keys other tools rely on. Several products make
-- one document that holds their verdicts.
local json <const> = require "host.json"
local verdicts <const> = require "report.verdicts"

local M = {}

local function value(something)
  if something == nil then
    return json.null
  end
  return type(something) == "string" and verdicts.valid(something) or something
end

-- An object with these keys, in this order; what is missing is null.
local function pick(from, keys)
  local pairs_of <const> = {}
  for _, key in ipairs(keys) do
    pairs_of[#pairs_of + 1] = { key, value(from[key]) }
  end
  return json.object(pairs_of)
end

local function map(list, convert)
  local result <const> = {}
  for _, item in ipairs(list or {}) do
    result[#result + 1] = convert(item)
  end
  return json.array(result)
end

local function picker(...)
  local keys <const> = { ... }
  return function(item)
    return pick(item, keys)
  end
end

local convert_platform <const> = picker("name", "version", "tier", "digest")
local convert_waiver <const> = picker("policy", "subject", "reason", "approved_by", "ticket", "expires", "file", "line")
local convert_error <const> = picker("policy", "kind", "code", "message", "hint", "subject", "at", "file", "line",
  "column")
local convert_note <const> = picker("kind", "code", "message", "hint", "subject", "file", "line", "column")
local convert_dbt <const> = picker("facts", "reason", "file", "version", "rules", "target", "adapter", "partial",
  "partial_nodes", "conditional_edges")
local convert_input <const> = picker("path", "digest")

--- What was read, as the document's list.
---@param verdict table
---@return table
function M.inputs(verdict)
  return map(verdict.inputs, convert_input)
end

local COUNTS <const> = {
  "policies", "subjects", "checks", "pass", "warn", "alert", "block", "waived", "baseline", "errors",
}

local function texts(list)
  return map(list, function(item)
    return verdicts.valid(tostring(item))
  end)
end

--- A finding as an object of the document.
---@param finding table
---@return table
function M.finding(finding)
  return json.object({
    { "policy", finding.policy },
    { "code", value(finding.code) },
    { "title", value(finding.title) },
    { "mode", value(finding.mode) },
    { "verdict", finding.verdict },
    { "subject", value(finding.subject) },
    { "kind", value(finding.kind) },
    { "path", value(finding.path) },
    { "file", value(finding.file) },
    { "line", value(finding.line) },
    { "column", value(finding.column) },
    { "message", value(finding.message) },
    { "expected", value(finding.expected) },
    { "actual", value(finding.actual) },
    { "suggestions", texts(finding.suggestions) },
    { "docs", value(finding.docs) },
    { "fingerprint", value(finding.fingerprint) },
    { "waiver", finding.waiver and convert_waiver(finding.waiver) or json.null },
  })
end

local function convert_counts(counts)
  local pairs_of <const> = {}
  for _, key in ipairs(COUNTS) do
    pairs_of[#pairs_of + 1] = { key, counts and counts[key] or 0 }
  end
  return json.object(pairs_of)
end

--- What was found, what failed and what there is to note, as the document's lists.
---@param verdict table
---@return { findings: table, errors: table, notes: table }
function M.parts(verdict)
  return {
    findings = map(verdict.findings, M.finding), errors = map(verdict.errors, convert_error),
    notes = map(verdict.notes, convert_note),
  }
end

--- A verdict as the document's object.
---@param verdict table
---@return table
function M.of(verdict)
  local parts <const> = M.parts(verdict)
  return json.object({
    { "schema", verdict.schema },
    { "command", verdict.command },
    { "floe", verdict.floe },
    { "as_of", verdict.as_of },
    { "product", pick(verdict.product or {}, { "id", "version", "path" }) },
    { "platform", map(verdict.platform, convert_platform) },
    { "verdict", verdict.verdict },
    { "exit", value(verdict.exit) },
    { "counts", convert_counts(verdict.counts) },
    { "findings", parts.findings },
    { "errors", parts.errors },
    { "notes", parts.notes },
    { "dbt", verdict.dbt and convert_dbt(verdict.dbt) or json.null },
    { "inputs", M.inputs(verdict) },
  })
end

--- One verdict is the document itself; several are the list of a document.
---@param list table[]
---@return string
function M.format(list)
  if #list == 1 then
    return json.encode(M.of(list[1]), { indent = 2 }) .. "\n"
  end
  return json.encode(json.object({
    { "schema", "floe.dev/verdicts/v1" },
    { "verdicts", map(list, M.of) },
  }), { indent = 2 }) .. "\n"
end

return M
