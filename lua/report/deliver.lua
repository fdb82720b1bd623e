-- Handing verdicts over: what is printed in the format that was asked for, and the files of --report.
local system <const> = require "host.system"
local words <const> = require "terminal"

local M = {}

local EXIT_USAGE <const>, EXIT_OUTSIDE <const>, EXIT_BUG <const> = 2, 4, 70

--- The formats of reports.
M.formats = { "text", "json", "sarif", "junit", "github", "gitlab", "markdown" }

--- The options of a command that reports verdicts.
---@type usage.option[]
M.options = {
  { name = "format", value = "FORMAT", type = "choice", choices = M.formats, default = "text",
    help = "what is printed" },
  { name = "report", value = "FORMAT=FILE", type = "output", choices = M.formats, repeatable = true,
    help = "write a report to a file as well; formats as for --format" },
}

local function needs_attention(verdicts, context)
  for _, verdict in ipairs(context.exit == 0 and verdicts or {}) do
    if #require("report.verdicts").pressing_notes(verdict) > 0 then
      return true
    end
  end
  return context.exit ~= 0
end

-- A report as a text. A command that has a JSON document of its own gives that.
local function text_of(format, verdicts, context)
  if format == "json" and context.document then
    return words.json(context.document())
  end
  return require("report." .. format).format(verdicts, context)
end

local function print_report(options, terminal, verdicts, context)
  if options.format == "text" then
    if options.quiet and not needs_attention(verdicts, context) then
      return
    end
    require("report.text").print(terminal, verdicts, context)
  else
    terminal:write(text_of(options.format, verdicts, context))
  end
end

--- Prints and writes the reports of a command that has told people itself what happened.
---@param options table of the command: format, report
---@param terminal terminal
---@param verdicts table[]
---@param context table
---@return boolean all could be written
function M.report(options, terminal, verdicts, context)
  if options.format ~= "text" then
    terminal:write(text_of(options.format, verdicts, context))
  end
  return M.write_reports(options, terminal, verdicts, context)
end

--- Writes the files that --report asks for.
---@param options table of the command
---@param terminal terminal
---@param verdicts table[]
---@param context table
---@return boolean all could be written
function M.write_reports(options, terminal, verdicts, context)
  local all = true
  for _, output in ipairs(options.report) do
    local text <const> = text_of(output.format, verdicts, context)
    local ok <const>, err <const> = require("host.files").write(output.file, text)
    if not ok then
      terminal:fail({
        message = ("the %s report was not written: %s"):format(output.format, err.message),
        hint = err.hint or "Name a file in a folder that exists and may be written.",
      })
      all = false
    end
  end
  return all
end

-- Lets a listener hear of stages as well, where somebody asks for evidence of them; what is to be told then.
local function listen(listener, options, request)
  local evidence <const> = not options.dry_run and require("evidence.judged").begin() or nil
  if evidence then
    request.variables = evidence:variables()
    listener.stage = function(title)
      evidence:stage(title)
    end
  end
  return evidence
end

-- Tells observers. What that fails at is said, and changes nothing else.
local function tell(terminal, evidence, outcome)
  for _, line in ipairs(evidence:finish(outcome)) do
    terminal:complain("evidence: " .. words.clean(line))
  end
end

-- Keeps the verdicts in the ledger. What cannot be kept is told; the answer is what is missing although a platform asks
-- for it.
local function record(terminal, verdicts, request)
  local missing = nil
  for _, unkept in ipairs(require("evidence.record").keep(verdicts, request)) do
    terminal:fail(unkept)
    missing = missing or unkept.required and unkept.message or nil
  end
  return missing
end

-- The exit code of a command, after all that it leaves is written or is not; and why it is not that of its verdicts.
local function settle(exit, written, missing)
  if not written and exit ~= EXIT_BUG then
    return EXIT_USAGE, "a report was not written"
  elseif missing then
    return require("enforce.verdict").exit { { exit = exit }, { exit = EXIT_OUTSIDE } }, missing
  end
  return exit
end

--- Judges and reports. `judge(listener)` answers verdicts and their exit code; where one product is reported as text
--- its steps are printed as they happen.
---@param options table of the command: format, report, quiet, verbose
---@param terminal terminal
---@param single boolean there is one product
---@param judge fun(listener: table): table[], integer
---@param request floe.judgement.options what is judged, for the ledger
---@return integer exit
function M.run(options, terminal, single, judge, request)
  local start <const> = system.monotonic()
  local streamed <const> = options.format == "text" and not options.quiet and single
  local listener <const> = streamed and require("report.text").listener(terminal) or {}
  listener.progress = function(text)
    terminal:transient(text)
  end
  local evidence <const> = listen(listener, options, request)
  local verdicts <const>, exit <const> = judge(listener)
  if system.interrupted() then
    return exit or 0
  end
  local context <const> = {
    version = system.versions().floe, exit = exit, seconds = system.monotonic() - start, streamed = streamed,
    verbose = options.verbose, quiet = options.quiet,
  }
  print_report(options, terminal, verdicts, context)
  local missing <const> = not options.dry_run and record(terminal, verdicts, request) or nil
  local written <const> = M.write_reports(options, terminal, verdicts, context)
  local final <const>, why <const> = settle(exit, written, missing)
  if evidence then -- last: what is told is how the command ends
    tell(terminal, evidence, { verdicts = verdicts, exit = final, message = why, environment = request.environment })
  end
  return final
end

return M
