-- floe run: executes a compiled product, and leaves evidence of what ran.
local deliver <const> = require "report.deliver"
local system <const> = require "host.system"

local EXIT_USAGE <const> = 2
local REPORT <const> = deliver.options[2]

local M = {
  name = "run",
  summary = "run a compiled data product, with its platform's guardrails on",
  description = [[
Executes what `floe compile` made: dbt builds the models, seeds and snapshots in one process, the tests are told as
quality checks, and the product's contracts are looked at. An artifact that is not that of the files, that was compiled
for another platform, or whose verdict has ended does not run: the reason is told.

Every run is recorded in the product's ledger while it happens, which 'floe ledger' reads.]],
  arguments = {
    { name = "folder", label = "DIR", complete = "directory",
      help = "the product's folder (default: the current folder)" },
  },
  options = {
    { name = "select", short = "s", value = "NODES", repeatable = true,
      help = "run these nodes only, as dbt selects: names, tag:, path:, a plus for what stands before or behind" },
    { name = "exclude", value = "NODES", repeatable = true, help = "leave these nodes out" },
    { name = "retry-failed", help = "run only what the last run left: what failed, was skipped, or was cut off" },
    { name = "wait", value = "SECONDS", type = "integer", minimum = 1, maximum = 604800, optional = "604800",
      help = "wait for another run of the product to end (without a number: a week at most)" },
    { name = "full-refresh", help = "build incremental models and seeds from the beginning" },
    { name = "threads", value = "N", type = "integer", minimum = 1, maximum = 1024,
      help = "how many nodes dbt runs at once (default: as the profile says)" },
    { name = "environment", short = "e", value = "NAME",
      help = "the environment to run in, such as production (FLOE_ENV)" },
    { name = "vars", value = "YAML", help = "the variables of the dbt project that it was compiled with" },
    { name = "target", value = "NAME", help = "the target (default: the one that it was compiled for)" },
    { name = "profile", value = "NAME", help = "the profile (default: the one that it was compiled with)" },
    { name = "profiles-dir", value = "DIR", complete = "directory",
      help = "where profiles.yml is, where the product says itself how dbt connects" },
    { name = "dbt", value = "PATH", complete = "file",
      help = "the dbt to run (FLOE_DBT, the product's .venv or venv, the PATH)" },
    { name = "as-of", value = "DATE", type = "date", help = "judge as on this day: dated modes, waivers" },
    { name = "enforce", value = "MODE", type = "choice", choices = { "warn", "alert_only", "block" },
      help = "raise every policy to at least this mode; never lowers one" },
    { name = "format", value = "FORMAT", type = "choice", choices = deliver.formats, default = "text",
      help = "what is printed; json: the run (`floe schema run`), all others: findings and failures" },
    REPORT,
  },
  examples = {
    { "floe run", "the product in this folder" },
    { "floe run --retry-failed", "what the last run left: what failed, was skipped, or was cut off" },
    { "floe run --select silver_customers+", "one model, and what is made of it" },
    { "floe run --environment production --threads 8", "as production does" },
    { "floe run --format json --report junit=floe.xml", "for another tool, and for the test page of CI" },
  },
  exits = {
    [0] = "everything ran, and nothing blocks",
    [1] = "a model or a test failed, a policy blocks, or the artifact may not run",
    [2] = "misuse, nothing was compiled yet, or nothing was selected",
    [3] = "a policy failed to run",
    [4] = "dbt cannot be run or reaches no database, or another run works on the product",
    [70] = "a bug in floe",
    [130] = "interrupted",
    [143] = "ended by SIGTERM",
  },
  tells = true,
}

M.interrupted = "Interrupted: dbt was ended, and what was done is in the ledger."

-- Hands over the reports that were asked for; false where one could not be written.
local function report(options, terminal, exit, run)
  if options.format == "text" and #options.report == 0 then
    return true
  end
  return deliver.report(options, terminal, { require("run.verdict").of(run, exit) }, {
    version = system.versions().floe, exit = exit, seconds = run:seconds(), verbose = options.verbose,
    quiet = options.quiet,
    document = function()
      return require("run.document").of(run, exit)
    end,
  })
end

---@return integer
function M.run(options, terminal)
  if options.environment then
    system.set_env("FLOE_ENV", options.environment)
  end
  if options.retry_failed and #options.select + #options.exclude > 0 then
    require("usage.parser").misuse("--retry-failed runs what the last run left, so it takes no selection",
      "Leave out --select and --exclude.")
  end
  local exit <const>, run <const> = require("phase.run").run({
    folder = options.folder or ".", today = options.as_of or system.date(),
    now = options.as_of and options.as_of .. "T00:00:00Z" or system.timestamp(), enforce = options.enforce,
    select = options.select, exclude = options.exclude, full_refresh = options.full_refresh,
    threads = options.threads, dbt = options.dbt, retry = options.retry_failed, wait = options.wait,
    reading = require("usage.reading").of(options), environment = system.env("FLOE_ENV"),
  }, require("run.screen").open(terminal, options.format ~= "text"))
  return report(options, terminal, exit, run) and exit or EXIT_USAGE
end

return M
