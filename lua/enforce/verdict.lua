-- From what the policies reported to a verdict: each finding gets its place, its mode, its fingerprint, and what
-- becomes of it; then everything is counted.

local baseline <const> = require "enforce.baseline"
local dbt <const> = require "host.dbt"
local document <const> = require "host.document"
local files <const> = require "host.files"
local modes <const> = require "enforce.modes"
local scope <const> = require "enforce.scope"
local set <const> = require "floe.set"
local settings <const> = require "enforce.settings"
local waivers <const> = require "enforce.waivers"

local M = {}

--- Where floe's own policies are explained; those of other bundles are not there.
M.docs = "https://floe.dev/docs/policies/"

-- The number of the bundle inside the binary, see phase/judgement.lua.
local DEFAULT_BUNDLE <const> = 1

local function docs_of(policy)
  return policy.bundle == DEFAULT_BUNDLE and M.docs .. policy.id or nil
end

-- Facts that dbt's loader can find in the project's files.
local DBT_TYPES <const> = set.of {
  "project", "model", "seed", "snapshot", "analysis", "source", "column", "test", "unit_test", "exposure", "metric",
  "semantic_model", "saved_query", "group", "macro", "dbt_problem",
}

-- Facts of what happened, which no baseline accepts: it is of files, and another run finds another thing.
local OF_RUNS <const> = set.of { "run", "run_node", "contract_check" }

---@class floe.judging what a verdict is made from
---@field loading floe.loading
---@field waivers floe.waiver[]
---@field baseline floe.baseline?

-- ---- places -----------------------------------------------------------------------------------------------

-- The file a fact stands in, as it is reached from the folder floe was started in.
local function file_of(judging, fact)
  local kind <const> = document.type(fact)
  if kind == "file" then
    return files.normalize(files.join(judging.loading.root, fact.unique_id))
  elseif kind == "contract" then
    return files.normalize(files.join(judging.loading.root, fact.file))
  elseif kind == "run_node" and fact.node ~= nil then
    return file_of(judging, fact.node)
  end
  local node <const> = kind == "column" and fact.node or fact
  local file <const> = scope.read(node, "file")
  if DBT_TYPES[kind] and file then
    return files.normalize(files.join(judging.loading.dbt.root, file))
  end
  return file
end

local function from_position(judging, raw)
  return file_of(judging, raw.subject), raw.line, raw.column or 1
end

local function from_offset(judging, raw)
  local fact <const> = raw.at or raw.subject
  local file <const>, line <const>, column <const> = document.offset_place(fact, raw.offset)
  return file_of(judging, fact) or file, line, column
end

-- A member's place in the document, or the whole fact's where the member has none of its own.
local function from_document(fact, field)
  local file, line, column
  if field and (not document.type(fact) or scope.read(fact, field) ~= nil) then
    file, line, column = document.place(fact, field)
  end
  if not line then
    file, line, column = document.place(fact)
  end
  return file, line, column
end

local function from_fact(raw)
  local fact = raw.at or raw.subject
  if document.type(fact) == "run_node" then
    fact = fact.node or fact
  end
  if DBT_TYPES[document.type(fact)] then
    local file <const>, line <const>, column <const> = dbt.locate(fact, raw.field)
    if file then
      return file, line, column
    end
  end
  return from_document(fact, raw.field)
end

-- A contract whose file is no YAML: the place at which reading it failed.
local function from_broken(judging, raw)
  local broken <const> = judging.loading.broken[raw.subject.unique_id]
  if broken then
    return broken.file, broken.line, broken.column or 1
  end
end

--- A file as reports show it: relative to the product's folder.
---@param loading floe.loading
---@param file string?
---@return string?
function M.relative(loading, file)
  if not file then
    return nil
  end
  return files.relative(file, loading.root or loading.folder)
end

local function place_of(judging, raw)
  local file, line, column = from_broken(judging, raw)
  if not file and raw.line then
    file, line, column = from_position(judging, raw)
  elseif not file and raw.offset then
    file, line, column = from_offset(judging, raw)
  end
  if not file then
    file, line, column = from_fact(raw)
  end
  if not file then
    file = file_of(judging, raw.subject)
  end
  return M.relative(judging.loading, file or judging.loading.path), line or 1, column or 1
end

-- ---- findings ---------------------------------------------------------------------------------------------

-- The path in the subject: what the policy says, or how one gets from the subject to what it points at.
local function path_of(raw)
  if raw.path then
    return raw.path
  end
  local parts <const> = {}
  if raw.at ~= nil and raw.at ~= raw.subject then
    local id <const> = document.type(raw.at) and scope.read(raw.at, "unique_id")
    local prefix <const> = raw.subject.unique_id .. "."
    if id then
      parts[1] = id:sub(1, #prefix) == prefix and id:sub(#prefix + 1) or id
    end
  end
  parts[#parts + 1] = raw.field
  return #parts > 0 and table.concat(parts, ".") or nil
end

--- A waiver as a verdict shows it.
---@param waiver floe.waiver
---@param loading floe.loading
---@return table
function M.waiver(waiver, loading)
  return {
    policy = waiver.policy,
    subject = waiver.subject,
    reason = waiver.reason,
    approved_by = waiver.approved_by,
    ticket = waiver.ticket,
    expires = waiver.expires,
    file = M.relative(loading, waiver.file),
    line = waiver.line,
  }
end

-- What becomes of a finding.
local function decide(judging, finding, policy, subject)
  local waiver <const> = waivers.find(judging.waivers, policy.id, subject)
  if waiver then
    finding.waiver = M.waiver(waiver, judging.loading)
    if waiver.action == "waive" then
      return "waived"
    end
  end
  if judging.baseline and not OF_RUNS[finding.kind] and baseline.take(judging.baseline, finding.fingerprint) then
    return "baseline"
  end
  return waiver and "warn" or modes.verdicts[finding.mode]
end

-- A policy's own code: a definition that was changed after it was checked cannot borrow another policy's.
local function code_of(raw, definition)
  for _, code in ipairs(definition.codes) do
    if code == raw.code then
      return code
    end
  end
  return definition.code
end

-- The finding a policy reported, complete; nil where the subject's scope asks for other params, or for nothing.
local function finding_of(judging, raw, policy, instance)
  local subject <const> = raw.subject
  local variant <const> = settings.variant_for(policy, subject, judging.loading.record)
  if variant.mode == "off" or variant.instance ~= instance then
    return nil
  end
  local definition <const> = policy.definition
  local path <const>, code <const> = path_of(raw), code_of(raw, definition)
  local file <const>, line <const>, column <const> = place_of(judging, raw)
  local finding <const> = {
    policy = policy.id,
    code = code,
    title = definition.title,
    mode = variant.mode,
    subject = subject.unique_id,
    kind = document.type(subject),
    path = path,
    file = file,
    line = line,
    column = column,
    message = policy.message and ("%s (%s)"):format(policy.message, raw.message) or raw.message,
    expected = raw.expected,
    actual = raw.actual,
    suggestions = raw.suggestions or {},
    docs = docs_of(policy),
    fingerprint = baseline.fingerprint(policy.id, code, subject.unique_id, path),
  }
  finding.verdict = decide(judging, finding, policy, subject)
  return finding
end

---@class floe.judged what the engine answered about one product
---@field findings table[]
---@field errors table[]
---@field notes table[]
---@field checks integer[] by place in `placed`
---@field policy_seconds number[] by place in `placed`: what its checks took, in all workers together
---@field summaries string[]
---@field subjects integer

--- Findings of a product, in the engine's order, and what every policy came to.
---@param judging floe.judging
---@param placed { policy: table, instance: integer }[] the policies as they were handed to the engine
---@param judged floe.judged
---@return table[] findings
---@return table counts { checks, pass, warn, alert, block, waived, baseline }
function M.findings(judging, placed, judged)
  local findings <const>, failed = {}, 0
  local counts <const> = { checks = 0, warn = 0, alert = 0, block = 0, waived = 0, baseline = 0 }
  local last_policy, last_subject
  for _, raw in ipairs(judged.findings) do
    local place <const> = placed[raw.policy]
    local finding <const> = finding_of(judging, raw, place.policy, place.instance)
    if finding then
      findings[#findings + 1] = finding
      counts[finding.verdict] = counts[finding.verdict] + 1
      place.findings = (place.findings or 0) + 1
      if raw.policy ~= last_policy or finding.subject ~= last_subject then
        failed = failed + 1
      end
      last_policy, last_subject = raw.policy, finding.subject
    end
  end
  for index in ipairs(placed) do
    counts.checks = counts.checks + (judged.checks[index] or 0)
  end
  counts.pass = counts.checks - failed
  return findings, counts
end

-- What the policy said when all was well: its notes, or its summary.
local function summary_of(index, judged)
  local notes <const> = {}
  for _, note in ipairs(judged.notes) do
    if note.policy == index then
      notes[#notes + 1] = note.text
    end
  end
  return #notes > 0 and table.concat(notes, ", ") or judged.summaries[index]
end

--- Every policy that ran, with what it came to; instances of one policy are one entry.
---@param placed table[]
---@param judged floe.judged
---@return table[]
function M.policies(placed, judged)
  local out <const>, by_id <const> = {}, {}
  for index, place in ipairs(placed) do
    local policy <const> = place.policy
    local definition <const> = policy.definition
    local entry = by_id[policy.id]
    if not entry then
      entry = {
        id = policy.id,
        code = definition.code,
        codes = definition.codes,
        title = definition.title,
        why = definition.why,
        help = definition.help,
        mode = policy.mode,
        category = policy.id:match("^[^.]+"),
        docs = docs_of(policy),
        checks = 0,
        findings = 0,
        seconds = 0.0,
      }
      by_id[policy.id] = entry
      out[#out + 1] = entry
    end
    entry.mode = modes.stricter(entry.mode, policy.mode)
    entry.checks = entry.checks + (judged.checks[index] or 0)
    entry.findings = entry.findings + (place.findings or 0)
    entry.seconds = entry.seconds + (judged.policy_seconds[index] or 0)
    entry.summary = entry.summary or summary_of(index, judged)
  end
  return out
end

--- Failures of policies as entries of a verdict's `errors`.
---@param placed table[]
---@param judged floe.judged
---@return table[]
function M.errors(placed, judged)
  local out <const> = {}
  for _, failure in ipairs(judged.errors) do
    local place <const> = placed[failure.policy]
    out[#out + 1] = {
      policy = place and place.policy.id or nil,
      kind = failure.kind,
      message = failure.message,
      at = failure.at,
      subject = failure.subject ~= nil and failure.subject.unique_id or nil,
      count = failure.count,
    }
  end
  return out
end

-- Exit codes of errors by their kind; every other kind is a policy that failed to run.
local EXITS <const> = { dbt = 1, conflict = 1, run = 1, input = 2, outside = 4, trust = 5 }

local WEIGHT <const> = { [70] = 7, [2] = 6, [5] = 5, [4] = 4, [3] = 3, [1] = 2, [0] = 1 }

--- The word for a verdict and its exit code, from its errors and counts.
---@param errors table[]
---@param counts table
---@return string verdict
---@return integer exit
function M.outcome(errors, counts)
  local exit = counts.block > 0 and 1 or 0
  for _, entry in ipairs(errors) do
    local code <const> = EXITS[entry.kind] or 3
    exit = WEIGHT[code] > WEIGHT[exit] and code or exit
  end
  if exit >= 2 then
    return "error", exit
  elseif exit == 1 then
    return "blocked", 1
  end
  return counts.alert > 0 and "alerted" or counts.warn > 0 and "warned" or "pass", 0
end

--- The exit code of several verdicts: the gravest.
---@param verdicts table[]
---@return integer
function M.exit(verdicts)
  local worst = 0
  for _, verdict in ipairs(verdicts) do
    if WEIGHT[verdict.exit] > WEIGHT[worst] then
      worst = verdict.exit
    end
  end
  return worst
end

return M
