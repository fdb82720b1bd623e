-- floe validate: judges products against the policies that apply to them, and reports the verdicts.
local deliver <const> = require "report.deliver"

local FORMAT <const>, REPORT <const> = table.unpack(deliver.options)

local M = {
  name = "validate",
  summary = "judge data products against the policies that apply to them",
  description = [[
Reads floe.yaml, the platform manifests it refers to, the dbt project and the data contracts of each folder, runs the
policies, and says what blocks. Several folders are judged in parallel.

Facts about the dbt project come from target/manifest.json where that describes the files as they are, otherwise from
the files themselves: no dbt is needed. What only a run of dbt would tell is left open; no policy takes it for known.

The verdict is recorded in the product's ledger, which 'floe ledger' reads.]],
  arguments = {
    { name = "folders", label = "DIR…", many = true, complete = "directory",
      help = "folders with a floe.yaml (default: the current folder)" },
  },
  options = require("usage.reading").options {
    { name = "as-of", value = "DATE", type = "date", help = "judge as on this day: dated modes, waivers" },
    { name = "target-contract", value = "FILE", complete = "file",
      help = "stand on the platform of this environment contract, instead of the one that floe.yaml names" },
    { name = "workers", value = "N", type = "integer", minimum = 1, maximum = 256,
      help = "how many processes judge (default: one a core)" },
    { name = "enforce", value = "MODE", type = "choice", choices = { "warn", "alert_only", "block" },
      help = "raise every policy to at least this mode; never lowers one" },
    { name = "policy", value = "ID", repeatable = true, complete = "policy", help = "run only this policy" },
    FORMAT,
    REPORT,
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
  tells = true,
}

local function check(options)
  if options.manifest and #options.folders > 1 then
    require("usage.parser").misuse("--manifest names one file and cannot serve several folders")
  end
end

---@return integer
function M.run(options, terminal)
  check(options)
  local request <const> = require("request").of(options)
  return deliver.run(options, terminal, #request.folders == 1, function(listener)
    return require("phase.validate").run(request, listener)
  end, request)
end

return M
