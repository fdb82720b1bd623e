-- floe contract diff: what changed between two versions of contracts, for whom, and what to do about it.
local EXIT_BLOCKED <const> = 1

local inputs <const> = require "command.contract.inputs"

local M = {
  name = "diff",
  summary = "what changed between two versions of data contracts",
  description = [[
Compares contracts in any of the forms that floe reads, says of every change which bump of the version it needs (MAJOR
where it breaks consumers, MINOR, PATCH), where it stands on both sides, and what consumers do about it. A column that
has another name is found by its id, its physical name, or because it is much alike: that is said to be a guess.

With --format markdown it writes a change notice for consumers, with migration steps.]],
  arguments = inputs.arguments,
  options = {
    inputs.against,
    { name = "fail-on", value = "BUMP", type = "choice", choices = { "major", "minor", "patch" },
      help = "exit with 1 where a change needs at least this bump" },
    { name = "kinds", help = "print every kind of change with the bump it needs, instead of comparing" },
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json", "markdown" }, default = "text",
      help = "what is printed; `floe schema contract-diff` is the schema of the JSON" },
  },
  examples = {
    { "floe contract diff old.yaml new.yaml", "two files" },
    { "floe contract diff datacontract.yaml --against git:main", "what a branch changes" },
    { "floe contract diff --against git:v1.4.0 --format markdown", "a notice for consumers, since a release" },
    { "floe contract diff contracts/ --against released/", "with the latest version of each in a folder" },
    { "floe contract diff --against git:main --fail-on major", "in CI: nothing that breaks" },
    { "floe contract diff --kinds", "what counts as MAJOR, MINOR and PATCH" },
  },
  exits = {
    [0] = "compared; whatever changed, unless --fail-on says otherwise", [1] = "a change needs the bump of --fail-on",
    [2] = "misuse, or a contract that cannot be read", [4] = "git is not there, or the catalog failed",
    [5] = "the catalog refused the credentials",
  },
}

---@return integer
function M.run(options, terminal)
  if options.kinds then
    require("report.changes.kinds")[options.format](terminal)
    return 0
  end
  local change <const>, kinds <const> = require "contract.change", require "contract.kinds"
  local entries <const>, exit <const> = inputs.pairs(options, terminal)
  if not entries then
    return exit
  end
  local strongest = "none"
  for _, entry in ipairs(entries) do
    if entry.old and entry.new then
      entry.comparison = change.compare(entry.old.normal, entry.new.normal)
    else
      entry.comparison = { changes = {}, bump = entry.old and "major" or "none" }
    end
    strongest = kinds.stronger(strongest, entry.comparison.bump)
  end
  require("report.changes." .. options.format).diff(entries, terminal)
  local limit <const> = options.fail_on
  return limit and kinds.rank(strongest) >= kinds.rank(limit) and EXIT_BLOCKED or 0
end

return M
