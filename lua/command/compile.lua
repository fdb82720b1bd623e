-- floe compile: turns a product and the platform it targets into one checked artifact.
local deliver <const> = require "report.deliver"

local FORMAT <const>, REPORT <const> = table.unpack(deliver.options)

local M = {
  name = "compile",
  summary = "turn a data product and its platform into one checked artifact",
  description = [[
Resolves the platform manifests, compiles the dbt project, reads the contracts, lets the policies judge all of it, and
writes .floe/artifacts.json and what the orchestrator needs. Where something blocks or fails, nothing is registered or
written.

The same inputs give the same bytes: times come from SOURCE_DATE_EPOCH, otherwise from the commit that is checked out,
otherwise from the newest input. `--facts sources` compiles without dbt, as far as that can be known.

The verdict is recorded in the product's ledger, which 'floe ledger' reads.]],
  arguments = {
    { name = "folder", label = "DIR", complete = "directory",
      help = "a folder with a floe.yaml (default: the current folder)" },
  },
  options = require("usage.reading").options {
    { name = "dbt", value = "PATH", complete = "file",
      help = "the dbt to run (FLOE_DBT, the product's .venv or venv, the PATH)" },
    { name = "no-compile",
      help = "let dbt parse the project instead of compiling it: faster, without the compiled SQL" },
    { name = "no-cache", help = "run dbt also where its manifest is that of the files" },
    { name = "check", help = "only tell whether the artifact is current, and which inputs changed" },
    { name = "dry-run", help = "plan and judge, and write and register nothing" },
    { name = "as-of", value = "DATE", type = "date", help = "judge as on this day: dated modes, waivers" },
    { name = "target-contract", value = "FILE", complete = "file",
      help = "stand on the platform of this environment contract, instead of the one that floe.yaml names" },
    { name = "workers", value = "N", type = "integer", minimum = 1, maximum = 256,
      help = "how many processes judge (default: one a core)" },
    { name = "enforce", value = "MODE", type = "choice", choices = { "warn", "alert_only", "block" },
      help = "raise every policy to at least this mode; never lowers one" },
    FORMAT,
    REPORT,
    { name = "baseline", value = "FILE", complete = "file",
      help = "the accepted findings (default: .floe/baseline.yaml, where it exists)" },
  },
  examples = {
    { "floe compile", "the product in this folder" },
    { "floe compile --facts sources", "without dbt" },
    { "floe compile --check", "is the artifact still that of the files?" },
    { "floe compile --dry-run --format json", "what would be compiled, for a tool" },
  },
  exits = {
    [0] = "compiled; or, with --check, the artifact is current",
    [1] = "a policy, a contract or an identity conflict blocks, or dbt refuses the project; with --check, the artifact "
      .. "is not current",
    [2] = "misuse, or an input that cannot be judged",
    [3] = "a policy failed to run",
    [4] = "an outside system failed, or there is no dbt",
    [5] = "the catalog refuses who asks, or cannot be trusted",
    [70] = "a bug in floe",
    [130] = "interrupted",
  },
  tells = true,
}

-- The moment from which the next runs are counted: the day that is judged, from its beginning, or now.
local function after(options)
  local system <const> = require "host.system"
  if not options.as_of then
    return system.time()
  end
  return require("calendar").seconds(options.as_of)
end

---@return integer
function M.run(options, terminal)
  if options.check then
    return require("compile.check").run(options, terminal)
  end
  options.folder = options.folder or "."
  local request <const> = require("request").of(options)
  request.dry_run = options.dry_run
  request.dbt, request.no_compile, request.no_cache = options.dbt, options.no_compile, options.no_cache
  request.after = after(options)
  return deliver.run(options, terminal, true, function(listener)
    local verdict <const>, exit <const> = require("phase.compile").run(request, listener)
    return { verdict }, exit
  end, request)
end

return M
