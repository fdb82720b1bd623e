-- A summary in GitHub-flavoured Markdown, for the comment on a pull request. Texts from a project's files are
-- shown as they are: they cannot format, link, mention anybody or hold HTML.
local terminal <const> = require "terminal"
local verdicts <const> = require "report.verdicts"

local M = {}

-- A comment on GitHub holds 65,536 characters; beyond so many rows the list says how many it leaves out.
local MOST_ROWS <const> = 100

local HTML <const> = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }

--- A text as Markdown that shows exactly it, on one line.
---@param text any
---@return string
function M.escape(text)
  local line <const> = table.concat(terminal.lines(text), " ")
  local escaped <const> = line:gsub("[\\`*_{}%[%]()#+!|~-]", "\\%0"):gsub("[&<>]", HTML)
  -- A mention or a bare link is made from plain text; an empty comment breaks it.
  return (escaped:gsub("@", "@<!-- -->"):gsub("://", ":<!-- -->//"):gsub("[wW][wW][wW]%.", "%0<!-- -->"))
end

-- A code span that holds any text: its fence is longer than any run of backticks inside.
local function code(text)
  local cleaned <const> = terminal.clean(text):gsub("|", "\\|")
  local longest = 0
  for run in cleaned:gmatch("`+") do
    longest = math.max(longest, #run)
  end
  local fence <const> = ("`"):rep(longest + 1)
  local pad <const> = cleaned:find("^`") or cleaned:find("`$") and " " or ""
  return fence .. (pad ~= "" and " " or "") .. cleaned .. (pad ~= "" and " " or "") .. fence
end

local function policy_cell(finding)
  local name <const> = code(finding.policy)
  return finding.docs and ("[%s](%s)"):format(name, finding.docs) or name
end

local function message_cell(finding)
  local parts <const> = { M.escape(finding.message) }
  for _, row in ipairs(verdicts.details(finding)) do
    parts[#parts + 1] = ("%s: %s"):format(row[1], code(row[2]))
  end
  if finding.waiver then
    parts[#parts + 1] = "Waiver: " .. M.escape(verdicts.waiver(finding.waiver))
  end
  return table.concat(parts, "<br>")
end

local function row_of(verdict, finding)
  local place <const> = verdicts.place(verdict, finding) or finding.subject or ""
  return ("| %s | %s | %s | %s |"):format(verdicts.labels[finding.verdict] or "", code(place), policy_cell(finding),
    message_cell(finding))
end

local function add_rows(out, verdict, findings)
  out[#out + 1] = "| | Where | Policy | What |"
  out[#out + 1] = "|---|---|---|---|"
  for index = 1, math.min(#findings, MOST_ROWS) do
    out[#out + 1] = row_of(verdict, findings[index])
  end
  out[#out + 1] = ""
  if #findings > MOST_ROWS then
    out[#out + 1] = ("%d more are not shown here."):format(#findings - MOST_ROWS)
    out[#out + 1] = ""
  end
end

-- Open findings, the gravest first, then those that ask for nothing.
local function sort_findings(verdict)
  local open <const>, settled <const> = {}, {}
  for _, standing in ipairs(verdicts.standings) do
    for _, finding in ipairs(verdict.findings or {}) do
      if finding.verdict == standing then
        table.insert(verdicts.is_open(finding) and open or settled, finding)
      end
    end
  end
  return open, settled
end

local function add_errors(out, verdict)
  for _, problem in ipairs(verdict.errors or {}) do
    local place <const> = problem.at or verdicts.place(verdict, problem)
    out[#out + 1] = ("- %s%s%s"):format(problem.policy and code(problem.policy) .. ": " or "",
      M.escape(problem.message), place and " at " .. code(place) or "")
  end
  if #(verdict.errors or {}) > 0 then
    out[#out + 1] = ""
  end
end

local function add_notes(out, verdict)
  for _, note in ipairs(verdicts.shown_notes(verdict)) do
    local place <const> = verdicts.place(verdict, note)
    out[#out + 1] = ("- note: %s%s"):format(M.escape(note.message), place and " at " .. code(place) or "")
  end
  if #(verdict.notes or {}) > 0 then
    out[#out + 1] = ""
  end
end

local ICONS <const> = { pass = "✅", warned = "⚠️", alerted = "⚠️" }

local function add_verdict(out, verdict)
  local open <const>, settled <const> = sort_findings(verdict)
  out[#out + 1] = ("### %s %s: %s"):format(ICONS[verdict.verdict] or "❌", code(verdicts.name(verdict)),
    verdicts.closing(verdict))
  out[#out + 1] = ""
  add_errors(out, verdict)
  if #open > 0 then
    add_rows(out, verdict, open)
  end
  if #settled > 0 then
    out[#out + 1] = ("<details><summary>%s waived or in the baseline</summary>"):format(
      terminal.count(#settled, "finding"))
    out[#out + 1] = ""
    add_rows(out, verdict, settled)
    out[#out + 1] = "</details>"
    out[#out + 1] = ""
  end
  add_notes(out, verdict)
  local counts <const> = verdict.counts or {}
  out[#out + 1] = ("%s, %s, %s. As of %s."):format(terminal.count(counts.policies or 0, "policy", "policies"),
    terminal.count(counts.subjects or 0, "subject"), terminal.count(counts.checks or 0, "check"),
    tostring(verdict.as_of):sub(1, 10))
  out[#out + 1] = ""
end

---@param list table[]
---@return string
function M.format(list)
  local out <const> = { "## floe", "" }
  for _, verdict in ipairs(list) do
    add_verdict(out, verdict)
  end
  return table.concat(out, "\n")
end

return M
