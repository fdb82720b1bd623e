-- The commands of floe, as data. A command file returns a definition; this module finds it by name, adds what
-- every command shares, and answers questions about it. Help, man page, completions and the parser read
-- nothing else. Only the command that is asked for gets loaded.
local set <const> = require "floe.set"

local M = {}

---@class usage.option
---@field name string long name, without dashes
---@field short string? one letter
---@field value string? what a value is called in the help; nil for a flag
---@field optional string? what stands for a value that is not given: then it is given as `--name=value` only
---@field type "flag"|"text"|"integer"|"date"|"choice"|"output"|nil `text` where a value is taken, else `flag`
---@field choices string[]? what a `choice` may be; for an `output`, the formats
---@field default any
---@field minimum integer?
---@field maximum integer?
---@field repeatable boolean? the result is a list
---@field complete "file"|"directory"|"policy"|nil how a shell completes the value
---@field help string

---@class usage.argument
---@field name string the key of the result
---@field label string how the help writes it
---@field many boolean? the result is a list
---@field required boolean?
---@field choices string[]?
---@field complete "file"|"directory"|"policy"|"command"|nil
---@field help string

---@class usage.command
---@field name string
---@field summary string one line, without a full stop
---@field description string?
---@field arguments usage.argument[]?
---@field options usage.option[]?
---@field examples string[][]? pairs of a command line and what it does
---@field exits table<integer, string>? what an exit code means here
---@field commands string[]? the names of its sub-commands
---@field hidden boolean? left out of the overview
---@field tells boolean? it tells evidence, and reads the variables of that
---@field ends_by_signal boolean? a signal is how it is asked to end: its exit code stands
---@field interrupted string? what is said where the command was interrupted
---@field run fun(options: table, terminal: terminal): integer the exit code
---@field path string[] the words that name it, set by `find`

--- The commands in the order of a product's life, then the helpers.
M.names = {
  "init", "validate", "contract", "compile", "run", "monitor", "explain", "platform", "facts", "policy", "waivers",
  "baseline", "catalog", "ledger", "evidence", "replay", "schema", "env", "version", "help", "completion", "man",
}

--- Options that every command takes.
---@type usage.option[]
M.common = {
  { name = "quiet", short = "q", help = "print only what needs attention" },
  { name = "verbose", short = "v", help = "print more: details of every finding, traces of bugs" },
  { name = "color", value = "WHEN", type = "choice", choices = { "auto", "always", "never" }, default = "auto",
    help = "when to print colours; NO_COLOR and FORCE_COLOR are honoured" },
  { name = "help", short = "h", help = "print this help" },
}

--- What an exit code means, whatever the command.
M.exits = {
  { "0", "nothing blocks (warnings and alerts may exist)" },
  { "1", "blocked: a policy, a contract, what dbt would refuse" },
  { "2", "misuse, or an input that cannot be judged (missing, unreadable, not valid)" },
  { "3", "a policy failed to run (an error, a budget, a missing capability)" },
  { "4", "an outside system failed (a registry, a catalog, a cluster)" },
  { "5", "trust failed (a signature, a digest, a lock)" },
  { "70", "a bug in floe" },
  { "130", "interrupted" },
}

--- Variables that are no option's twin.
M.variables = {
  { "FLOE_ENV", "the environment (such as production) that scoped policies see" },
  { "FLOE_LEDGER", "the file of the ledger, or `off`: nothing is recorded" },
  { "FLOE_EVIDENCE_WAIT", "seconds that a command waits at its end for events to be sent (default: 5)" },
  { "FLOE_DBT", "the dbt that `floe compile` and `floe run` run, where --dbt names none" },
  { "FLOE_TRIGGER", "what started a run, such as `schedule`, as policies see it (default: `manual`)" },
  { "FLOE_METRICS_FILE", "a file for node_exporter's textfile collector, or a folder in which each product has one" },
  { "FLOE_PUSHGATEWAY_URL", "the pushgateway that metrics of a command go to" },
  { "FLOE_PUSHGATEWAY_JOB", "the job under which it keeps them, where it is not `floe`" },
  { "FLOE_OPENLINEAGE_BATCH", "how many lineage events one request carries, where the backend takes more than one" },
  { "FLOE_RUNNING_AFTER", "seconds after which lineage tells that a model still runs (default: 60)" },
  { "FLOE_NOMINAL_TIME", "the time for which a scheduler means a run, such as 2026-01-03T06:00:00Z" },
  { "OPENLINEAGE_URL, OPENLINEAGE_ENDPOINT, OPENLINEAGE_API_KEY", "where lineage events are sent, and with which key" },
  { "OPENLINEAGE_CONFIG, OPENLINEAGE__TRANSPORT__...", "the same, as the clients of OpenLineage read them" },
  { "OPENLINEAGE_NAMESPACE", "the namespace of jobs, where it is not the product's" },
  { "OPENLINEAGE_PARENT_ID, OPENLINEAGE_ROOT_PARENT_ID", "the run that starts floe, as NAMESPACE/JOB/RUN" },
  { "OPENLINEAGE_DISABLED", "`true`: no lineage events are made" },
  { "SOURCE_DATE_EPOCH", "the moment that artifacts are dated to, in seconds since 1970" },
  { "DBT_PROFILES_DIR, DBT_PROFILE, DBT_TARGET", "as for dbt, where facts come from sources and no option says more" },
  { "DBT_TARGET_PATH", "the folder of dbt's files, as for dbt" },
  { "NO_COLOR", "never print colours" },
  { "FORCE_COLOR", "always print colours" },
}

--- A command by the words that name it. Nil where there is none.
---@param path string[]
---@return usage.command?
function M.find(path)
  local names, module = M.names, "command"
  local definition
  for _, name in ipairs(path) do
    if not set.of(names)[name] then
      return nil
    end
    module = module .. "." .. name
    definition = require(module)
    names = definition.commands or {}
  end
  definition.path = path
  return definition
end

--- The sub-commands of a command; without one, the commands.
---@param definition usage.command?
---@return usage.command[]
function M.children(definition)
  local list <const> = {}
  for _, name in ipairs(definition and definition.commands or not definition and M.names or {}) do
    local path <const> = definition and { table.unpack(definition.path) } or {}
    path[#path + 1] = name
    list[#list + 1] = M.find(path)
  end
  return list
end

--- Every command, each followed by its sub-commands.
---@return usage.command[]
function M.all()
  local list <const> = {}
  local function add(definition)
    list[#list + 1] = definition
    for _, child in ipairs(M.children(definition)) do
      add(child)
    end
  end
  for _, definition in ipairs(M.children()) do
    add(definition)
  end
  return list
end

--- A command's own options, then the common ones.
---@param definition usage.command
---@return usage.option[]
function M.options(definition)
  local list <const> = { table.unpack(definition.options or {}) }
  table.move(M.common, 1, #M.common, #list + 1, list)
  return list
end

--- "floe policy test"
---@param definition usage.command
---@return string
function M.title(definition)
  return "floe " .. table.concat(definition.path, " ")
end

--- The environment twin of an option: `--as-of` of validate is FLOE_VALIDATE_AS_OF.
---@param definition usage.command
---@param option usage.option
---@return string
function M.variable(definition, option)
  local name <const> = table.concat(definition.path, "_") .. "_" .. option.name
  return "FLOE_" .. name:upper():gsub("[^%w]", "_")
end

--- Whether an option takes a value.
---@param option usage.option
---@return boolean
function M.takes_value(option)
  return option.value ~= nil
end

return M
