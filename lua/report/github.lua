-- GitHub Actions workflow commands: an annotation a finding, then the closing line. A text from a project's
-- file cannot end a command or start another.
local terminal <const> = require "terminal"
local verdicts <const> = require "report.verdicts"

local M = {}

local COMMANDS <const> = { block = "error", alert = "warning", warn = "notice" }

local function escape_data(text)
  local lines <const> = table.concat(terminal.lines(text), "\n")
  return (lines:gsub("[%%\r\n]", { ["%"] = "%25", ["\r"] = "%0D", ["\n"] = "%0A" }))
end

local function escape_property(text)
  return (escape_data(text):gsub("[:,]", { [":"] = "%3A", [","] = "%2C" }))
end

local function command(name, properties, text)
  local parts <const> = {}
  for _, pair in ipairs(properties) do
    if pair[2] ~= nil then
      parts[#parts + 1] = pair[1] .. "=" .. escape_property(pair[2])
    end
  end
  return ("::%s %s::%s"):format(name, table.concat(parts, ","), escape_data(text))
end

local function annotate(verdict, finding)
  local lines <const> = { finding.message }
  for _, row in ipairs(verdicts.details(finding)) do
    lines[#lines + 1] = row[1] .. ": " .. row[2]
  end
  lines[#lines + 1] = finding.docs
  local title <const> = finding.code and finding.code .. " " .. finding.policy or finding.policy
  return command(COMMANDS[finding.verdict], {
    { "file", verdicts.hosted_file(verdict, finding) },
    { "line", finding.line }, { "col", finding.column }, { "title", title },
  }, table.concat(lines, "\n"))
end

local function annotate_error(verdict, problem)
  return command("error", {
    { "file", verdicts.hosted_file(verdict, problem) },
    { "line", problem.line }, { "col", problem.column },
    { "title", problem.policy and "policy " .. problem.policy .. " failed"
      or verdicts.refusals[problem.kind] and problem.code .. " " .. problem.kind
      or verdict.command == "run" and "floe cannot run this product" or "floe cannot judge this product" },
  }, verdicts.problem(problem))
end

local function annotate_note(verdict, note)
  return command("notice", {
    { "file", verdicts.hosted_file(verdict, note) },
    { "line", note.line }, { "col", note.column }, { "title", "floe" },
  }, verdicts.problem(note))
end

---@param list table[]
---@return string
function M.format(list)
  local lines <const> = {}
  for _, verdict in ipairs(list) do
    for _, finding in ipairs(verdict.findings or {}) do
      if COMMANDS[finding.verdict] then
        lines[#lines + 1] = annotate(verdict, finding)
      end
    end
    for _, problem in ipairs(verdict.errors or {}) do
      lines[#lines + 1] = annotate_error(verdict, problem)
    end
    for _, note in ipairs(verdicts.shown_notes(verdict)) do
      lines[#lines + 1] = annotate_note(verdict, note)
    end
    lines[#lines + 1] = terminal.inert(verdicts.name(verdict) .. ": " .. verdicts.closing(verdict))
  end
  return table.concat(lines, "\n") .. "\n"
end

return M
