-- floe contract check: do the data keep what their contracts promise? Asked of the data itself; nothing is changed
-- there.
local clean <const> = require("terminal").clean

local EXIT_VIOLATED <const>, EXIT_USAGE <const>, EXIT_OUTSIDE <const> = 1, 2, 4
local TYPES <const> = { "freshness", "schema", "quality", "availability", "deprecation" }
local TYPE_OF <const> = { schema = "schema_drift" }

local M = {
  name = "check",
  summary = "check data against their contracts",
  description = [[
Looks at the data behind the contracts of a product: how old they are, whether their schema drifted, whether the rules
about their quality hold, and whether they can be reached at all. DuckDB's file is read by the Python beside dbt.
Nothing is written there, and what could not be checked is told as such.

Results are recorded in the product's ledger: what is broken for the fourth time within 24 hours is critical.]],
  arguments = {
    { name = "names", label = "NAME…", many = true,
      help = "contracts of the product, by name, id or file (default: all of them)" },
  },
  options = {
    { name = "all", help = "all contracts of the product, which is the default" },
    { name = "product", value = "DIR", complete = "directory", help = "the product's folder (default: this folder)" },
    { name = "type", value = "TYPE", type = "choice", choices = TYPES, repeatable = true, help = "check only this" },
    { name = "facts-from", value = "SOURCE", type = "choice", choices = { "auto", "duckdb" },
      default = "auto", help = "where facts about the data come from; auto: what is near and cheap first" },
    { name = "timeout", value = "SECONDS", type = "integer", minimum = 1, maximum = 3600, default = 30,
      help = "how long one table may take" },
    { name = "profiles-dir", value = "DIR", complete = "directory", help = "where profiles.yml is" },
    { name = "profile", value = "NAME", help = "the profile" },
    { name = "target", value = "NAME", help = "the target" },
    { name = "dbt", value = "PATH", complete = "file",
      help = "the dbt to use (FLOE_DBT, the product's .venv or venv, the PATH)" },
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json" }, default = "text",
      help = "what is printed; `floe schema contract-checks` is the schema of the JSON" },
  },
  examples = {
    { "floe contract check", "the contracts of the product in this folder" },
    { "floe contract check customers --type freshness", "how old the data of one contract are" },
    { "floe contract check --format json", "for another tool: every check with what was expected and found" },
  },
  exits = {
    [0] = "no contract is broken; warnings and checks that were skipped may exist",
    [1] = "a contract is broken",
    [2] = "misuse, or a product that cannot be read",
    [4] = "the data could not be asked, or there is no dbt",
  },
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
  local found <const>, unknown <const> = contracts.named(all, options.all and {} or options.names)
  if unknown then
    local known <const> = {}
    for index, contract in ipairs(all) do
      known[index] = tostring(contract.document.name or contract.document.id)
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
  local head <const> = clean(group.name) .. (group.version and " " .. clean(group.version) or "")
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

local function print_text(terminal, results)
  local count <const> = require("terminal").count
  local groups <const>, counts <const> = by_contract(results), counts_of(results)
  for _, group in ipairs(groups) do
    print_group(terminal, group)
  end
  if terminal.quiet then
    return
  end
  terminal:gap()
  local words = ("%s of %s: %d passed, %s"):format(count(#results, "check"), count(#groups, "contract"), counts.pass,
    count(counts.violation, "violation"))
  words = words .. (counts.skipped > 0 and (", %d skipped"):format(counts.skipped) or "")
  terminal:line(words .. (counts.error > 0 and (", %d could not be checked"):format(counts.error) or ""))
end

local function print_json(terminal, results)
  local record <const> = require "check.record"
  local rows <const> = {}
  for index, result in ipairs(results) do
    rows[index] = record.result(result)
  end
  terminal:json(require("contract.reports").document("checks", rows))
end

-- ---- the command ------------------------------------------------------------------------------------------

local GRAVE <const> = { error = true, critical = true }

local function exit_of(results)
  local exit = 0
  for _, result in ipairs(results) do
    if result.status == "violation" and GRAVE[result.severity] then
      return EXIT_VIOLATED
    end
    exit = result.status == "error" and EXIT_OUTSIDE or exit
  end
  return exit
end

---@return integer
function M.run(options, terminal)
  local loading <const>, wrong <const> = open(options, terminal)
  if not loading then
    return wrong
  end
  local contracts <const> = named(loading, options, terminal)
  if not contracts then
    return EXIT_USAGE
  end
  local results <const>, err <const> = require("check.run").check {
    root = loading.root, contracts = contracts, types = types_of(options), timeout = options.timeout,
    connection = require("check.connection").of_product(loading, reading_of(options), options.dbt),
    facts = options.facts_from ~= "auto" and options.facts_from or nil,
  }
  if not results then
    terminal:fail(err)
    return EXIT_OUTSIDE
  end
  if options.format == "json" then
    print_json(terminal, results)
  else
    print_text(terminal, results)
  end
  local kept <const>, unkept <const> = require("check.record").keep(loading.root, loading.id, results)
  if not kept then
    terminal:complain(("note: the checks are not in the ledger: %s"):format(clean(unkept.message)))
  end
  return exit_of(results)
end

return M
