-- Changes of contracts as one JSON document; its shape stands in contract/reports.
local hash <const> = require "contract.hash"
local json <const> = require "host.json"
local reports <const> = require "contract.reports"
local words <const> = require "report.changes.words"

local M = {}

local function or_null(value)
  return value == nil and json.null or value
end

local function place_of(place)
  return place and json.object({
    { "file", place.file }, { "line", or_null(place.line) }, { "column", or_null(place.column) },
  }) or json.null
end

local function change_of(one)
  return json.object({
    { "kind", one.kind }, { "bump", one.bump }, { "path", one.path }, { "name", one.name },
    { "field", or_null(one.field) }, { "message", one.message }, { "step", or_null(one.step) },
    { "old", or_null(one.old) }, { "new", or_null(one.new) }, { "guess", one.guess == true },
    { "old_place", place_of(one.old_place) }, { "new_place", place_of(one.new_place) },
  })
end

local function changes_of(list)
  local out <const> = {}
  for index, one in ipairs(list or {}) do
    out[index] = change_of(one)
  end
  return json.array(out)
end

local function side_of(source)
  return source and json.object({
    { "version", or_null(source.normal.version) }, { "status", or_null(source.normal.status) },
    { "file", source.path }, { "hash", hash.of(source.normal) },
  }) or json.null
end

local function counts_of(entry)
  local by_bump <const>, out <const> = words.by_bump(entry), {}
  for index, bump in ipairs(words.bumps) do
    out[index] = { bump, #by_bump[bump] }
  end
  return json.object(out)
end

local function head_of(entry)
  return {
    { "id", entry.id }, { "name", entry.name }, { "old", side_of(entry.old) }, { "new", side_of(entry.new) },
    { "bump", entry.comparison.bump }, { "required", or_null(words.required(entry)) }, { "counts", counts_of(entry) },
    { "changes", changes_of(entry.comparison.changes) },
  }
end

--- Prints what changed.
---@param entries floe.contract.entry[]
---@param terminal terminal
function M.diff(entries, terminal)
  local list <const> = {}
  for index, entry in ipairs(entries) do
    list[index] = json.object(head_of(entry))
  end
  terminal:json(reports.document("diff", list))
end

local function problems_of(check)
  local out <const> = {}
  for index, one in ipairs(check.problems) do
    out[index] = json.object({
      { "code", one.code }, { "message", one.message }, { "expected", or_null(one.expected) },
      { "actual", or_null(one.actual) }, { "hint", or_null(one.hint) }, { "file", or_null(one.file) },
      { "line", or_null(one.line) }, { "column", or_null(one.column) }, { "changes", changes_of(one.changes) },
    })
  end
  return json.array(out)
end

local function accepted_of(check)
  local out <const> = {}
  for index, one in ipairs(check.accepted) do
    local acceptance <const> = one.acceptance
    out[index] = json.object({
      { "change", change_of(one.change) }, { "reason", acceptance.reason }, { "approved_by", acceptance.approved_by },
      { "ticket", or_null(acceptance.ticket) }, { "file", or_null(acceptance.file) },
      { "line", or_null(acceptance.line) },
    })
  end
  return json.array(out)
end

--- Prints whether the versions say what changed.
---@param entries floe.contract.entry[]
---@param terminal terminal
function M.versions(entries, terminal)
  local list <const> = {}
  for index, entry in ipairs(entries) do
    local row <const>, check <const> = head_of(entry), entry.check
    row[#row + 1] = { "ok", check and check.ok or not check and entry.new ~= nil }
    row[#row + 1] = { "needed", check and check.needed or entry.comparison.bump }
    row[#row + 1] = { "made", check and check.made or "none" }
    row[#row + 1] = { "draft", check ~= nil and check.draft }
    row[#row + 1] = { "accepted", check and accepted_of(check) or json.array {} }
    row[#row + 1] = { "problems", check and problems_of(check) or json.array {} }
    row[#row + 1] = { "notes", json.array(check and check.notes or {}) }
    list[index] = json.object(row)
  end
  terminal:json(reports.document("versions", list))
end

return M
