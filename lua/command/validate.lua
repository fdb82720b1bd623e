-- floe validate: judges products against the policies that apply to them, and reports the verdicts.
local system <const> = require "host.system"

local EXIT_USAGE <const>, EXIT_BUG <const> = 2, 70

local FORMATS <const> = { "text", "json", "sarif", "junit", "github", "gitlab", "markdown" }

local M = {
  name = "validate",
  summary = "judge data products against the policies that apply to them",
  description = [[
Reads floe.yaml, the platform manifests it refers to, the dbt project and the data contracts of each folder, runs the
policies, and says what blocks. Several folders are judged in parallel.

Facts about the dbt project come from target/manifest.json where that describes the files as they are, otherwise from
the files themselves: no dbt is needed. What only a run of dbt would tell is left open; no policy takes it for known.]],
  arguments = {
    { name = "folders", label = "DIR…", many = true, complete = "directory",
      help = "folders with a floe.yaml (default: the current folder)" },
  },
  options = require("usage.reading").options {
    { name = "as-of", value = "DATE", type = "date", help = "judge as on this day: dated modes, waivers" },
    { name = "workers", value = "N", type = "integer", minimum = 1, maximum = 256,
      help = "how many processes judge (default: one a core)" },
    { name = "enforce", value = "MODE", type = "choice", choices = { "warn", "alert_only", "block" },
      help = "raise every policy to at least this mode; never lowers one" },
    { name = "policy", value = "ID", repeatable = true, complete = "policy", help = "run only this policy" },
    { name = "format", value = "FORMAT", type = "choice", choices = FORMATS, default = "text",
      help = "what is printed" },
    { name = "report", value = "FORMAT=FILE", type = "output", choices = FORMATS, repeatable = true,
      help = "write a report to a file as well; formats as for --format" },
    { name = "baseline", value = "FILE", complete = "file",
      help = "the accepted findings (default: .floe/baseline.yaml, where it exists)" },
  },
  examples = {
    { "floe validate", "the product in this folder" },
    { "floe validate products/*", "many products at once" },
    { "floe validate --format sarif > floe.sarif", "for a code-scanning dashboard" },
    { "floe validate --format github --report junit=floe.xml", "annotations in CI, and a file for its test page" },
    { "floe validate --as-of 2027-01-01", "what will block on that day" },
    { "floe validate --policy naming.layer_prefix --enforce block", "one policy, as if it blocked" },
  },
  exits = {
    [0] = "nothing blocks; warnings and alerts may exist",
    [1] = "a policy blocks, or dbt would refuse the project",
    [2] = "misuse, or an input that cannot be judged",
    [3] = "a policy failed to run",
    [4] = "an outside system failed",
    [70] = "a bug in floe",
    [130] = "interrupted",
  },
}

local function check(options)
  if options.manifest and #options.folders > 1 then
    require("usage.parser").misuse("--manifest names one file and cannot serve several folders")
  end
end

local function needs_attention(verdicts, context)
  for _, verdict in ipairs(context.exit == 0 and verdicts or {}) do
    if #require("report.verdicts").pressing_notes(verdict) > 0 then
      return true
    end
  end
  return context.exit ~= 0
end

local function print_report(options, terminal, verdicts, context)
  if options.format == "text" then
    if options.quiet and not needs_attention(verdicts, context) then
      return
    end
    require("report.text").print(terminal, verdicts, context)
  else
    terminal:write(require("report." .. options.format).format(verdicts, context))
  end
end

-- Writes the files that --report asks for, and says whether all could be written.
local function write_reports(options, terminal, verdicts, context)
  local all = true
  for _, output in ipairs(options.report) do
    local text <const> = require("report." .. output.format).format(verdicts, context)
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

---@return integer
function M.run(options, terminal)
  check(options)
  local start <const> = system.monotonic()
  local request <const> = require("request").of(options)
  local streamed <const> = options.format == "text" and not options.quiet and #request.folders == 1
  local listener <const> = streamed and require("report.text").listener(terminal) or {}
  local verdicts <const>, exit <const> = require("phase.validate").run(request, listener)
  if system.interrupted() then
    return exit or 0
  end
  local context <const> = {
    version = system.versions().floe, exit = exit, seconds = system.monotonic() - start, streamed = streamed,
    verbose = options.verbose, quiet = options.quiet,
  }
  print_report(options, terminal, verdicts, context)
  if not write_reports(options, terminal, verdicts, context) and exit ~= EXIT_BUG then
    return EXIT_USAGE
  end
  return exit
end

return M
