-- floe contract check: do the data keep what their contracts promise? Asked of the data itself; nothing is changed
-- there.
local clean <const> = require("terminal").clean
local deliver <const> = require "report.deliver"
local system <const> = require "host.system"

local EXIT_USAGE <const>, EXIT_OUTSIDE <const> = 2, 4
local REPORT <const> = deliver.options[2]
local TYPES <const> = { "freshness", "schema", "quality", "availability", "deprecation" }
local TYPE_OF <const> = { schema = "schema_drift" }

local M = {
  name = "check",
  summary = "check data against their contracts",
  description = [[
Looks at the data behind the contracts of a product: how old they are, whether their schema drifted, whether the rules
about their quality hold, and whether they can be reached at all. DuckDB's file is read by the Python beside dbt,
any other warehouse is asked through `dbt show`, and of tables in an Iceberg catalog the metadata tell what they can.
Nothing is written there, and what could not be checked is told as such.

What is broken is a finding of the policies contract.freshness, contract.schema_drift, contract.quality,
contract.availability and contract.deprecation: modes and waivers hold for it as for every other. Results are recorded
in the product's ledger: what is broken for the fourth time within 24 hours is critical.]],
  arguments = {
    { name = "names", label = "NAME…", many = true,
      help = "contracts of the product, by name, id or file (default: all of them)" },
  },
  options = {
    { name = "all", help = "all contracts of the product, which is the default; goes with no NAME" },
    { name = "product", value = "DIR", complete = "directory", help = "the product's folder (default: this folder)" },
    { name = "type", value = "TYPE", type = "choice", choices = TYPES, repeatable = true, help = "check only this" },
    { name = "facts-from", value = "SOURCE", type = "choice", choices = { "auto", "duckdb", "dbt", "iceberg" },
      default = "auto", help = "where facts about the data come from; auto: what is near and cheap first" },
    { name = "timeout", value = "SECONDS", type = "integer", minimum = 1, maximum = 3600, default = 30,
      help = "how long one table may take" },
    { name = "profiles-dir", value = "DIR", complete = "directory", help = "where profiles.yml is" },
    { name = "profile", value = "NAME", help = "the profile" },
    { name = "target", value = "NAME", help = "the target" },
    { name = "dbt", value = "PATH", complete = "file",
      help = "the dbt to use (FLOE_DBT, the product's .venv or venv, the PATH)" },
    { name = "as-of", value = "DATE", type = "date", help = "judge as on this day: dated modes, waivers" },
    { name = "enforce", value = "MODE", type = "choice", choices = { "warn", "alert_only", "block" },
      help = "raise every policy to at least this mode; never lowers one" },
    { name = "format", value = "FORMAT", type = "choice", choices = deliver.formats, default = "text",
      help = "what is printed; json: the checks (`floe schema contract-checks`), all others: the findings" },
    REPORT,
  },
  examples = {
    { "floe contract check", "the contracts of the product in this folder" },
    { "floe contract check customers --type freshness", "how old the data of one contract are" },
    { "floe contract check --enforce block --report junit=floe.xml", "in CI: whatever is broken fails" },
    { "floe contract check --format json", "for another tool: every check with what was expected and found" },
  },
  exits = {
    [0] = "nothing blocks; alerts, warnings and what is not floe's to check may exist",
    [1] = "a contract is broken, and a policy blocks",
    [2] = "misuse, or a product that cannot be read",
    [3] = "a policy failed to run",
    [4] = "some of the checks could not be done, or there is no dbt",
  },
  tells = true,
}

-- ---- what is checked --------------------------------------------------------------------------------------

local function reading_of(options)
  return { facts = "auto", profiles = options.profiles_dir, profile = options.profile, target = options.target }
end

-- The product in a folder with its contracts as a compile promises them; problems are printed.
local function open(options, terminal)
  local products <const> = require "phase.product"
  local loading <const> = products.open(options.product or ".")
  if #loading.errors == 0 then
    products.complete(loading, { reading = reading_of(options), merged = true })
  end
  if #loading.errors == 0 then
    return loading
  end
  local exit = EXIT_USAGE
  for _, entry in ipairs(loading.errors) do
    terminal:fail(entry)
    exit = entry.kind == "outside" and EXIT_OUTSIDE or exit
  end
  return nil, exit
end

local function named(loading, options, terminal)
  local contracts <const> = require "check.contracts"
  local all <const> = contracts.of_product(loading)
  local found <const>, unknown <const> = contracts.named(all, options.names)
  if unknown then
    local known <const> = {}
    for index, contract in ipairs(all) do
      known[index] = contract.name
    end
    terminal:fail({ message = ("the product has no contract '%s'"):format(unknown),
      hint = #known > 0 and "it has " .. table.concat(known, ", ") or "it has none" })
    return nil
  elseif #found == 0 then
    terminal:fail({ message = "the product has no contract",
      hint = "contracts stand in datacontract.yaml, *.odcs.yaml or contracts/, or are made of output ports" })
    return nil
  end
  return found
end

local function types_of(options)
  local out <const> = {}
  for index, name in ipairs(options.type or {}) do
    out[index] = TYPE_OF[name] or name
  end
  return #out > 0 and out or nil
end

-- ---- what is printed --------------------------------------------------------------------------------------

local MARKS <const> = {
  pass = { "green", "✓" }, warn = { "yellow", "⚠" }, fail = { "red", "✗" }, skip = { "dim", "-" },
}

local function by_contract(results)
  local groups <const>, at <const> = {}, {}
  for _, result in ipairs(results) do
    if not at[result.contract] then
      at[result.contract] = { name = result.contract, version = result.version, results = {} }
      groups[#groups + 1] = at[result.contract]
    end
    table.insert(at[result.contract].results, result)
  end
  return groups
end

local function print_group(terminal, group)
  local lines <const> = require("check.lines").of(group.results)
  local says_version <const> = group.version and group.name:find("@" .. group.version, 1, true)
  local head <const> = clean(group.name) .. (group.version and not says_version and " " .. clean(group.version) or "")
  local begun = false
  for _, line in ipairs(lines) do
    if not terminal.quiet or line.mark ~= "pass" then
      if not begun then
        terminal:line(head)
        begun = true
      end
      local mark <const> = MARKS[line.mark]
      terminal:line(("      %s %s"):format(terminal:paint(mark[1], mark[2]), clean(line.text)))
    end
  end
end

local function counts_of(results)
  local counts <const> = { pass = 0, violation = 0, skipped = 0, error = 0 }
  for _, result in ipairs(results) do
    counts[result.status] = counts[result.status] + 1
  end
  return counts
end

local function print_text(terminal, results, verdict, seconds)
  local count <const> = require("terminal").count
  local groups <const>, counts <const> = by_contract(results), counts_of(results)
  for _, group in ipairs(groups) do
    print_group(terminal, group)
  end
  if terminal.quiet and verdict.exit == 0 then
    return
  end
  if not terminal.quiet then
    terminal:gap()
    local words = ("%s of %s: %d passed, %s"):format(count(#results, "check"), count(#groups, "contract"), counts.pass,
      count(counts.violation, "violation"))
    words = words .. (counts.skipped > 0 and (", %d skipped"):format(counts.skipped) or "")
    terminal:line(words .. (counts.error > 0 and (", %d could not be checked"):format(counts.error) or ""))
  end
  require("report.text").print(terminal, { verdict }, { streamed = true, seconds = seconds })
end

local function document_of(results, verdict)
  local json <const>, record <const> = require "host.json", require "check.record"
  local rows <const> = {}
  for index, result in ipairs(results) do
    rows[index] = record.result(result)
  end
  return json.object {
    { "schema", require("contract.reports").names.checks }, { "verdict", verdict.verdict },
    { "checks", json.array(rows) }, { "findings", require("report.json").parts(verdict).findings },
  }
end

-- ---- the command ------------------------------------------------------------------------------------------

-- What policies make of the results; nil where they cannot be asked.
local function judge(options, results, terminal)
  local request <const> = require("request").of {
    folder = options.product or ".", as_of = options.as_of, enforce = options.enforce,
  }
  request.folder, request.reading, request.checks_only = options.product or ".", reading_of(options), true
  local judging <const>, problems <const> = require("run.judging").open(request)
  if not judging then
    terminal:fail_all(problems)
    return nil
  end
  local verdict <const> = judging:judge { moment = "check", checks = results }
  verdict.command = "check"
  return verdict
end

-- How many checks could not ask their data. A database that somebody writes to breaks no contract, and proves none.
local function unasked(results)
  local out = 0
  for _, result in ipairs(results) do
    out = out + ((result.status == "error" or result.busy) and 1 or 0)
  end
  return out
end

-- The exit code. Where nothing blocks, what could not be asked is told: it is no pass.
local function exit_of(results, verdict, terminal)
  local missing <const> = unasked(results)
  if verdict.exit ~= 0 or missing == 0 then
    return verdict.exit
  end
  terminal:fail({ message = ("%d of %s could not be done"):format(missing,
    require("terminal").count(#results, "check")),
    hint = "each says above why: a rule that cannot be asked, a database in use, or a connection that fails" })
  return EXIT_OUTSIDE
end

-- Whether all is in the ledger that the platform asks for; what is not there is told.
local function keep(loading, results, verdict, terminal)
  local kept <const>, err <const> = require("check.record").keep(loading.root, loading.id, results, verdict)
  local required <const> = require("evidence.rules").of(loading.governance).required
  if not kept then
    terminal:fail({ hint = err.hint or not required and "FLOE_LEDGER names another file, or is `off`" or nil,
      message = ("these checks are not in the ledger%s: %s"):format(required and ", which the platform requires" or "",
        err.message) })
  end
  return kept or not required
end

---@return integer
function M.run(options, terminal)
  if options.all and #options.names > 0 then
    require("usage.parser").misuse("--all and the names of contracts exclude each other", "Leave out one of them.")
  end
  local start <const>, at <const> = system.monotonic(), system.nanoseconds() // 1000000
  local loading <const>, wrong <const> = open(options, terminal)
  if not loading then
    return wrong
  end
  local contracts <const> = named(loading, options, terminal)
  if not contracts then
    return EXIT_USAGE
  end
  local connection <const> = require("check.connection").of_product(loading, reading_of(options), options.dbt)
  local results <const>, err <const> = require("check.run").check {
    root = loading.root, contracts = contracts, loading = loading, connection = connection,
    types = types_of(options), timeout = options.timeout,
    facts = options.facts_from ~= "auto" and options.facts_from or nil,
  }
  if not results then
    terminal:fail(err)
    return EXIT_OUTSIDE
  end
  local verdict <const> = judge(options, results, terminal)
  if not verdict then
    return EXIT_USAGE
  end
  local context <const> = {
    version = system.versions().floe, exit = verdict.exit, seconds = system.monotonic() - start,
    verbose = options.verbose, quiet = options.quiet,
    document = function()
      return document_of(results, verdict)
    end,
  }
  if options.format == "text" then
    print_text(terminal, results, verdict, context.seconds)
  end
  local kept <const> = keep(loading, results, verdict, terminal)
  local asked <const> = exit_of(results, verdict, terminal)
  local written <const> = deliver.report(options, terminal, { verdict }, context)
  local exit <const> = not written and EXIT_USAGE or kept and asked
    or require("enforce.verdict").exit { { exit = asked }, { exit = EXIT_OUTSIDE } }
  for _, line in ipairs(require("check.told").tell({ loading = loading, connection = connection, verdict = verdict,
    exit = exit, at = at, begin = start, environment = system.env("FLOE_ENV") }, results)) do
    terminal:complain("evidence: " .. line)
  end
  return exit
end

return M
