-- The report for people: the steps as they happen, then what was found, grouped by what it was found on, then
-- one closing line.
local terminal <const> = require "terminal"
local verdicts <const> = require "report.verdicts"

local M = {}

local MARKS <const> = {
  pass = { "✓", "green" }, fail = { "✗", "red" }, alert = { "!", "yellow" }, warn = { "!", "yellow" },
  skip = { "-", "dim" }, note = { "·", "dim" },
}

local COLOURS <const> = { block = "red", alert = "yellow", warn = "yellow", waived = "dim", baseline = "dim" }

local function print_step(out, number, total, title)
  out:gap()
  out:line(("[%d/%d] %s"):format(number, total, terminal.clean(title)))
end

local function print_mark(out, mark, text, depth)
  if mark == "plain" or mark == "detail" then
    out:line((mark == "detail" and "              " or "      ") .. terminal.clean(text))
    return
  end
  local sign <const> = MARKS[mark] or MARKS.note
  local indent <const> = ("  "):rep(3 + (depth or 0))
  out:hanging(indent .. out:paint(sign[2], sign[1]) .. " ", #indent + 2, terminal.clean(text))
end

-- A value that spans lines keeps them, each behind a bar, so that none can pass for a line of ours.
local function print_value(out, indent, title, text)
  local lines <const> = terminal.lines(text)
  if #lines <= 1 then
    local head <const> = ("%s%-14s "):format(indent, title .. ":")
    out:hanging(head, #head, lines[1] or "")
    return
  end
  out:line(indent .. title .. ":")
  for _, line in ipairs(lines) do
    out:line(indent .. "  | " .. line)
  end
end

local function print_suggestions(out, indent, suggestions)
  if type(suggestions) ~= "table" or #suggestions < 2 then
    print_value(out, indent, "Suggestion", verdicts.text(suggestions))
    return
  end
  out:line(indent .. "Suggestions:")
  for _, suggestion in ipairs(suggestions) do
    out:line(indent .. "  - " .. terminal.clean(suggestion))
  end
end

local function has_suggestions(finding)
  local text <const> = verdicts.text(finding.suggestions)
  return text ~= nil and text ~= ""
end

local function print_details(out, finding)
  local indent <const> = "      "
  if finding.expected ~= nil and finding.expected ~= "" then
    print_value(out, indent, "Expected", verdicts.text(finding.expected) or "")
  end
  if finding.actual ~= nil and finding.actual ~= "" then
    print_value(out, indent, "Actual", verdicts.text(finding.actual) or "")
  end
  if has_suggestions(finding) then
    print_suggestions(out, indent, finding.suggestions)
  end
  if finding.waiver then
    print_value(out, indent, "Waiver", verdicts.waiver(finding.waiver))
  end
end

local function print_policy(out, finding, seen)
  local indent <const> = "      "
  print_value(out, indent, "Policy", ("%s (%s)"):format(finding.policy, finding.mode or "?"))
  if finding.docs and (out.verbose or not seen[finding.policy]) then
    print_value(out, indent, "Documentation", finding.docs)
    seen[finding.policy] = true
  end
  if out.verbose and finding.fingerprint then
    print_value(out, indent, "Fingerprint", finding.fingerprint)
  end
end

local function print_finding(out, verdict, finding, seen)
  local lines <const> = terminal.lines(finding.message)
  local label <const> = out:paint(COLOURS[finding.verdict] or "red", verdicts.labels[finding.verdict] or "ERROR")
  local code <const> = finding.code and " [" .. terminal.clean(finding.code) .. "]" or ""
  local place <const> = verdicts.place(verdict, finding)
  out:line(("  %s%s: %s%s"):format(place and place .. ": " or "", label, lines[1] or "", code))
  for index = 2, #lines do
    out:line("      | " .. lines[index])
  end
  print_details(out, finding)
  print_policy(out, finding, seen)
end

-- Whether a finding is shown here: with --quiet only what blocks, accepted ones only with --verbose.
local function is_shown(out, finding)
  if out.quiet then
    return finding.verdict == "block"
  end
  return finding.verdict ~= "baseline" or out.verbose
end

-- Findings by subject, in the order in which the subjects first appear.
local function group(out, verdict)
  local groups <const>, by_subject <const> = {}, {}
  for _, finding in ipairs(verdict.findings or {}) do
    if is_shown(out, finding) then
      local subject <const> = finding.subject or ""
      if not by_subject[subject] then
        by_subject[subject] = { subject = subject }
        groups[#groups + 1] = by_subject[subject]
      end
      table.insert(by_subject[subject], finding)
    end
  end
  return groups
end

local function print_findings(out, verdict)
  local seen <const> = {}
  for _, findings in ipairs(group(out, verdict)) do
    out:gap()
    out:line(out:paint("bold", terminal.clean(findings.subject)))
    for _, finding in ipairs(findings) do
      print_finding(out, verdict, finding, seen)
    end
  end
end

local function print_error(out, verdict, problem)
  local lines <const> = terminal.lines(problem.message)
  out:gap()
  local code <const> = problem.code and " [" .. terminal.clean(problem.code) .. "]" or ""
  out:line(out:paint("red", "ERROR") .. ": " .. (lines[1] or "") .. code)
  for index = 2, #lines do
    out:line("      | " .. lines[index])
  end
  local indent <const> = "      "
  if problem.policy then
    local kind <const> = problem.kind and (" (%s)"):format(problem.kind) or ""
    print_value(out, indent, "Policy", problem.policy .. kind)
  end
  if problem.subject then
    print_value(out, indent, "Subject", tostring(problem.subject))
  end
  local place <const> = problem.at or verdicts.place(verdict, problem)
  if place and place ~= "" then
    print_value(out, indent, "At", place)
  end
  if problem.hint and problem.hint ~= "" then
    print_value(out, indent, "What to do", problem.hint)
  end
end

-- What a step has told in full is not said twice.
local function print_errors(out, verdict)
  for _, problem in ipairs(verdicts.shown_errors(verdict, out.verbose)) do
    if out.quiet or not problem.told then
      print_error(out, verdict, problem)
    end
  end
end

local function print_note(out, verdict, note)
  local lines <const> = terminal.lines(note.message)
  local place <const> = verdicts.place(verdict, note)
  out:line(("  %s%s: %s"):format(place and place .. ": " or "", out:paint("cyan", "NOTE"), lines[1] or ""))
  if note.hint and note.hint ~= "" then
    print_value(out, "      ", "What to do", note.hint)
  end
end

local function print_notes(out, verdict)
  local notes <const> = out.quiet and verdicts.pressing_notes(verdict) or out.verbose and verdict.notes
    or verdicts.shown_notes(verdict)
  if #notes == 0 then
    return
  end
  out:gap()
  for _, note in ipairs(notes) do
    print_note(out, verdict, note)
  end
end

local CLOSING_COLOURS <const> = { pass = "green", warned = "yellow", alerted = "yellow" }

local function print_closing(out, verdict, seconds)
  local text <const> = out:paint(CLOSING_COLOURS[verdict.verdict] or "red", verdicts.closing(verdict))
  local duration <const> = seconds and out:paint("dim", (" (%s)"):format(terminal.duration(seconds))) or ""
  out:gap()
  local counts <const> = verdict.counts or {}
  if out.verbose then
    out:line(("%s, %s, %s, %d passed"):format(terminal.count(counts.policies or 0, "policy", "policies"),
      terminal.count(counts.subjects or 0, "subject"), terminal.count(counts.checks or 0, "check"), counts.pass or 0))
  end
  out:line(text .. duration)
end

local function print_product(out, verdict)
  local product <const> = verdict.product or {}
  local version <const> = product.version and " " .. terminal.clean(product.version) or ""
  out:gap()
  out:line(out:paint("bold", ("%s%s"):format(verdicts.name(verdict), version)) .. "  "
    .. terminal.clean(product.path or ""))
end

local function print_steps(out, verdict)
  for number, step in ipairs(verdict.steps or {}) do
    print_step(out, number, #verdict.steps, step.title)
    for _, line in ipairs(step.lines or {}) do
      print_mark(out, line.mark, line.text)
    end
  end
end

local function print_verdict(out, verdict, seconds)
  print_findings(out, verdict)
  print_errors(out, verdict)
  print_notes(out, verdict)
  print_closing(out, verdict, seconds)
end

--- What was found and what failed, without more.
---@param out terminal
---@param verdict table
function M.findings(out, verdict)
  print_findings(out, verdict)
  print_errors(out, verdict)
end

--- What prints the steps of one product while they happen.
---@param out terminal
---@return table listener
function M.listener(out)
  local function step(_, number, total, title)
    print_step(out, number, total, title)
    out:flush()
  end
  local function line(_, mark, text, depth)
    print_mark(out, mark, text, depth)
    out:flush()
  end
  return { step = step, line = line }
end

--- Prints verdicts. `streamed` says that the steps have been printed already, as they happened.
---@param out terminal
---@param list table[]
---@param context { seconds: number?, streamed: boolean? }
function M.print(out, list, context)
  for _, verdict in ipairs(list) do
    -- Among many products, --quiet names those that need attention.
    if not (out.quiet and #list > 1 and verdict.exit == 0 and #verdicts.pressing_notes(verdict) == 0) then
      if #list > 1 then
        print_product(out, verdict)
      end
      if not context.streamed and not out.quiet then
        print_steps(out, verdict)
      end
      print_verdict(out, verdict, #list == 1 and context.seconds or nil)
    end
  end
  if #list > 1 then
    local duration <const> = context.seconds and (" (%s)"):format(terminal.duration(context.seconds)) or ""
    out:gap()
    out:line(verdicts.summary(list) .. duration)
  end
end

--- The report as a file's text.
---@param list table[]
---@param context { verbose: boolean?, quiet: boolean?, seconds: number? }
---@return string
function M.format(list, context)
  local out <const>, text <const> = terminal.buffer(context)
  M.print(out, list, { seconds = context.seconds })
  return text()
end

return M
