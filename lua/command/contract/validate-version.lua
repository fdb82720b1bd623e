-- floe contract validate-version: does a contract's version say what changed since an earlier one?
local inputs <const> = require "command.contract.inputs"

local EXIT_BLOCKED <const>, EXIT_USAGE <const> = 1, 2

local M = {
  name = "validate-version",
  summary = "check that a contract's version says what changed",
  description = [[
Finds what changed since the earlier version, which bump that needs, and which was made. A breaking change needs a new
MAJOR, something that was added a new MINOR; a version never goes back, and is never used again for another content.

Breaking changes pass without a new MAJOR only where the earlier version was a draft or proposed, or where a platform
tier has recorded that they are accepted, with who reviewed them and why, in its governance.accepted_changes: the
product's own files cannot say so. The tiers are those of the floe.yaml in the contract's folder or above it.]],
  arguments = inputs.arguments,
  options = {
    inputs.against,
    { name = "old", value = "FILE", complete = "file", help = "the earlier version, as the first CONTRACT" },
    { name = "new", value = "FILE", complete = "file", help = "the new version, as the second CONTRACT" },
    { name = "product", value = "DIR", complete = "directory",
      help = "the product whose platform may have accepted changes (default: that of the contract)" },
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json", "markdown" }, default = "text",
      help = "what is printed; `floe schema contract-version` is the schema of the JSON" },
  },
  examples = {
    { "floe contract validate-version --against git:main", "in CI, for all contracts of the product" },
    { "floe contract validate-version --against catalog", "with what is registered, before you compile" },
    { "floe contract validate-version old.yaml new.yaml", "two files" },
    { "floe contract validate-version --old old.yaml --new new.yaml", "the same" },
  },
  exits = {
    [0] = "the versions say what changed", [1] = "a version does not",
    [4] = "git is not there, or the catalog failed", [5] = "the catalog refused the credentials",
    [2] = "misuse, or a contract or platform manifest that cannot be read",
  },
}

-- The acceptances that hold for a contract; by folder, as the contracts of a product share them.
local function acceptances_for(options, path, known, terminal)
  local folder <const> = options.product or require("contract.sources").product_of(path)
  if not folder then
    return {}
  elseif known[folder] == nil then
    local loading <const> = require("phase.product").open(folder)
    for _, err in ipairs(loading.errors) do
      terminal:fail(err)
    end
    known[folder] = #loading.errors == 0 and require("contract.acceptance").read(loading.tiers) or false
  end
  return known[folder] or nil
end

local function paths_of(options)
  if options.old or options.new then
    if not options.old or not options.new or #options.paths > 0 or options.against then
      require("usage.parser").misuse("--old and --new are given together, and nothing beside them")
    end
    return { options.old, options.new }
  end
  return options.paths
end

---@return integer
function M.run(options, terminal)
  local version <const> = require "contract.version"
  local entries <const>, exit <const> = inputs.pairs({ paths = paths_of(options), against = options.against },
    terminal)
  if not entries then
    return exit
  end
  local ok, known <const> = true, {}
  for _, entry in ipairs(entries) do
    if entry.old and entry.new then
      local acceptances <const> = acceptances_for(options, entry.new.path, known, terminal)
      if not acceptances then
        return EXIT_USAGE
      end
      entry.check = version.check(entry.old.normal, entry.new.normal, acceptances)
      entry.comparison = entry.check.comparison
      ok = ok and entry.check.ok
    else
      entry.comparison = { changes = {}, bump = entry.old and "major" or "none" }
      ok = ok and entry.new ~= nil
    end
  end
  require("report.changes." .. options.format).versions(entries, terminal)
  return ok and 0 or EXIT_BLOCKED
end

return M
