-- What every report says in the same words: the standing of a finding, its place, its order, and the line that
-- closes a verdict. A report only lays them out.
local terminal <const> = require "terminal"

local M = {}

--- How a finding's standing is called, the gravest first.
M.standings = { "block", "alert", "warn", "waived", "baseline" }

M.labels = { block = "ERROR", alert = "ALERT", warn = "WARNING", waived = "WAIVED", baseline = "ACCEPTED" }

--- Errors that are about the product itself, as findings are, and have a code: dbt would refuse it, or a run of it
--- failed. In words, by their kind.
M.refusals = { dbt = "dbt would refuse the project", run = "What runs is current, and ends well" }

--- Whether a finding still asks for something: it is neither waived nor in the baseline.
---@param finding table
---@return boolean
function M.is_open(finding)
  return finding.verdict ~= "waived" and finding.verdict ~= "baseline"
end

--- The notes that are shown in any case: models that were not judged must not look as if they had passed.
---@param verdict table
---@return table[]
function M.pressing_notes(verdict)
  local out <const> = {}
  for _, note in ipairs(verdict.notes or {}) do
    out[#out + 1] = note.kind == "stale" and note or nil
  end
  return out
end

local MOST_NOTES <const> = 3 -- warnings of dbt, and old spellings, that are told one by one
local COUNTED <const> = { dbt_warning = "warning", dbt_deprecation = "old spelling" }

--- The notes that people read one by one: of dbt's warnings and deprecations, of which a project may have thousands,
--- the first few and how many more there are. The JSON document has all of them.
---@param verdict table
---@return table[]
function M.shown_notes(verdict)
  local out <const>, seen <const> = {}, {}
  for _, note in ipairs(verdict.notes or {}) do
    seen[note.kind or ""] = (seen[note.kind or ""] or 0) + 1
    if not COUNTED[note.kind] or seen[note.kind] <= MOST_NOTES then
      out[#out + 1] = note
    end
  end
  for _, kind in ipairs({ "dbt_warning", "dbt_deprecation" }) do
    local left <const> = (seen[kind] or 0) - MOST_NOTES
    if left > 0 then
      out[#out + 1] = {
        kind = kind, message = "and " .. terminal.count(left, "more " .. COUNTED[kind]),
        hint = "`floe facts --verbose` shows all of them",
      }
    end
  end
  return out
end

local MOST_REFUSED <const> = 20

--- The errors that people read one by one: the first of those that dbt would refuse the project for, and all others.
---@param verdict table
---@param all boolean? all of them
---@return table[]
function M.shown_errors(verdict, all)
  local out <const>, refused = {}, 0
  for _, problem in ipairs(verdict.errors or {}) do
    refused = refused + (problem.kind == "dbt" and 1 or 0)
    if all or problem.kind ~= "dbt" or refused <= MOST_REFUSED then
      out[#out + 1] = problem
    end
  end
  if not all and refused > MOST_REFUSED then
    out[#out + 1] = {
      kind = "dbt", message = ("dbt would refuse the project for %d more reasons"):format(refused - MOST_REFUSED),
      hint = "`floe facts --verbose` shows all of them",
    }
  end
  return out
end

--- A finding's or an error's file as it is reached from the folder floe was started in.
---@param verdict table
---@param thing { file: string? }
---@return string?
function M.file(verdict, thing)
  local file <const> = thing.file
  if not file or file == "" then
    return nil
  end
  local folder <const> = verdict.product and verdict.product.path or "."
  if folder == "." or file:sub(1, 1) == "/" then
    return file
  end
  local files <const> = require "host.files"
  return files.normalize(files.join(folder, file))
end

local base

-- The folder that places are reported from: that of the checkout, or the one floe was started in.
local function base_folder()
  base = base or require("repository").root(".") or require("host.files").cwd()
  return base
end

--- The file of a finding, error or note, or the product's floe.yaml, as code hosts look for it: from the root of the
--- checkout that floe was started in, whichever folder of it that was. What lies outside is left as it is.
---@param verdict table
---@param thing { file: string? }
---@return string
function M.hosted_file(verdict, thing)
  local files <const> = require "host.files"
  local file <const> = M.file(verdict, thing) or M.file(verdict, { file = "floe.yaml" })
  local hosted <const> = files.relative(files.absolute(file), base_folder())
  return hosted:find("^%.%./") and file or hosted
end

--- "models/x.sql:3:1", cleaned; nil where no file is known.
---@param verdict table
---@param thing { file: string?, line: integer?, column: integer? }
---@return string?
function M.place(verdict, thing)
  local file <const> = M.file(verdict, thing)
  return file and terminal.place({ file = file, line = thing.line, column = thing.column })
end

--- The product's id, or its folder where it has none.
---@param verdict table
---@return string
function M.name(verdict)
  local product <const> = verdict.product or {}
  return terminal.clean(product.id or product.path or "?")
end

--- One line about a waiver: until when, who, which ticket, why.
---@param waiver table
---@return string
function M.waiver(waiver)
  local parts <const> = {}
  if waiver.expires then
    parts[#parts + 1] = "until " .. waiver.expires
  end
  if waiver.approved_by then
    parts[#parts + 1] = "approved by " .. waiver.approved_by
  end
  parts[#parts + 1] = waiver.ticket
  local text = table.concat(parts, ", ")
  if waiver.reason then
    text = text .. (text ~= "" and ": " or "") .. waiver.reason
  end
  return terminal.clean(text)
end

-- What a command calls what it does, and how that ended well or badly.
local WORDS <const> = {
  validate = { title = "Validation", passed = "PASSED", blocked = "BLOCKED" },
  compile = { title = "Compilation", passed = "COMPLETE", blocked = "FAILED" },
  run = { title = "Run", passed = "COMPLETE", blocked = "FAILED" },
  check = { title = "Contract check", passed = "PASSED", blocked = "BLOCKED" },
}

local function words_of(verdict)
  return WORDS[verdict.command] or { title = verdict.command, passed = "PASSED", blocked = "BLOCKED" }
end

local function aside(counts)
  local parts <const> = {}
  if (counts.waived or 0) > 0 then
    parts[#parts + 1] = counts.waived .. " waived"
  end
  if (counts.baseline or 0) > 0 then
    parts[#parts + 1] = counts.baseline .. " in the baseline"
  end
  return #parts > 0 and " (" .. table.concat(parts, ", ") .. ")" or ""
end

local function passed(counts, word)
  local parts <const> = {}
  if (counts.alert or 0) > 0 then
    parts[#parts + 1] = terminal.count(counts.alert, "alert")
  end
  if (counts.warn or 0) > 0 then
    parts[#parts + 1] = terminal.count(counts.warn, "warning")
  end
  return word .. (#parts > 0 and " with " .. table.concat(parts, " and ") or "")
end

-- How many errors of a kind a verdict has.
local function count_kind(verdict, kind)
  local count = 0
  for _, problem in ipairs(verdict.errors or {}) do
    count = count + (problem.kind == kind and 1 or 0)
  end
  return count
end

local function blocked(verdict, counts)
  local blocking <const>, wrong <const> = counts.block or 0, count_kind(verdict, "dbt")
  local conflicts <const>, failures <const> = count_kind(verdict, "conflict"), count_kind(verdict, "run")
  local parts <const> = {}
  parts[1] = conflicts > 0 and terminal.count(conflicts, "conflict") .. " with the catalog" or nil
  parts[#parts + 1] = wrong > 0 and terminal.count(wrong, "error") .. " of dbt" or nil
  parts[#parts + 1] = failures > 0 and terminal.count(failures, "failure") or nil
  parts[#parts + 1] = (blocking > 0 or wrong + conflicts + failures == 0)
    and ("%s %s"):format(terminal.count(blocking, "finding"), blocking == 1 and "blocks" or "block") or nil
  local text = words_of(verdict).blocked .. ": " .. table.concat(parts, ", ")
  if (counts.alert or 0) > 0 then
    text = text .. (", %d %s"):format(counts.alert, counts.alert == 1 and "alerts" or "alert")
  end
  if (counts.warn or 0) > 0 then
    text = text .. (", %d %s"):format(counts.warn, counts.warn == 1 and "warns" or "warn")
  end
  return text
end

local EXIT_SIGNAL <const> = 128

-- Why a verdict is "error": by its exit code, which says what kind of thing failed.
local function failed(verdict)
  local counts <const> = verdict.counts or {}
  local also <const> = (counts.block or 0) > 0 and (", %s"):format(terminal.count(counts.block, "blocking finding"))
    or ""
  if verdict.exit > EXIT_SIGNAL then
    return "INTERRUPTED" .. also
  elseif verdict.exit == 3 then
    local names <const>, failures = {}, 0
    for _, problem in ipairs(verdict.errors or {}) do
      if problem.policy and not names[problem.policy] then
        names[problem.policy], failures = true, failures + 1
      end
    end
    return ("FAILED: %s failed to run%s"):format(terminal.count(failures, "policy", "policies"), also)
  elseif verdict.exit == 4 then
    return "FAILED: something outside of floe is missing or failed" .. also
  elseif verdict.exit == 5 then
    return "FAILED: something outside of floe refuses, or cannot be trusted" .. also
  end
  if verdict.command == "run" then
    return "FAILED: what was asked for cannot run" .. also
  elseif (counts.checks or 0) > 0 then
    return "FAILED: not all of the product can be read" .. also
  end
  return "FAILED: the product cannot be judged" .. also
end

--- The line that closes a verdict, such as "Validation BLOCKED: 2 findings block, 3 alert".
---@param verdict table
---@return string
function M.closing(verdict)
  local counts <const> = verdict.counts or {}
  local text
  if verdict.verdict == "error" then
    text = failed(verdict)
  elseif verdict.verdict == "blocked" then
    text = blocked(verdict, counts)
  else
    text = passed(counts, words_of(verdict).passed)
  end
  return words_of(verdict).title .. " " .. text .. aside(counts)
end

--- "3 products: 1 blocked, 2 passed", for several folders.
---@param verdicts table[]
---@return string
function M.summary(verdicts)
  local numbers <const>, words <const> = {}, { error = "failed", blocked = "blocked" }
  for _, verdict in ipairs(verdicts) do
    local word <const> = words[verdict.verdict] or "passed"
    numbers[word] = (numbers[word] or 0) + 1
  end
  local parts <const> = {}
  for _, word in ipairs({ "failed", "blocked", "passed" }) do
    if numbers[word] then
      parts[#parts + 1] = numbers[word] .. " " .. word
    end
  end
  return terminal.count(#verdicts, "product") .. ": " .. table.concat(parts, ", ")
end

--- An error as text: where in a policy, what, and what to do next.
---@param problem table
---@return string
function M.problem(problem)
  local text = problem.at and problem.at .. ": " .. problem.message or problem.message
  if problem.hint and problem.hint ~= "" then
    text = text .. "\n" .. problem.hint
  end
  return text
end

--- A value as text: a list becomes "a, b".
---@param value any
---@return string?
function M.text(value)
  if value == nil then
    return nil
  elseif type(value) == "table" then
    local parts <const> = {}
    for _, item in ipairs(value) do
      parts[#parts + 1] = tostring(item)
    end
    return #parts > 0 and table.concat(parts, ", ") or nil
  end
  return tostring(value)
end

--- A text that is valid UTF-8: bytes that are not become U+FFFD. A file's name may be any bytes.
---@param text string
---@return string
function M.valid(text)
  local bad = not utf8.len(text) and select(2, utf8.len(text))
  while bad do
    text = text:sub(1, bad - 1) .. "\u{FFFD}" .. text:sub(bad + 1)
    bad = select(2, utf8.len(text, bad + 3))
  end
  return text
end

--- What a finding says beyond its message, as pairs of a title and a text, not cleaned.
---@param finding table
---@return string[][]
function M.details(finding)
  local rows <const> = {}
  local function add(title, value)
    local text <const> = M.text(value)
    if text and text ~= "" then
      rows[#rows + 1] = { title, text }
    end
  end
  add("Expected", finding.expected)
  add("Actual", finding.actual)
  add("Suggestions", finding.suggestions)
  return rows
end

return M
