-- floe facts: what floe knows about a dbt project, where it knows it from, and what it does not know.
local M = {
  name = "facts",
  summary = "print what is known about a dbt project, and what is not",
  description = [[
Reads a dbt project the way 'floe validate' does and says where the facts come from and why, how many there are of each
kind, what only a run of dbt could tell (partial nodes, conditional edges), and what dbt would refuse or warn of.

--node prints the facts of single nodes: by name, unique id or file; * stands for any text. --format json prints the
facts as policies see them, --format manifest the tree they are made of, in the form of dbt's manifest.json.]],
  arguments = {
    { name = "folder", label = "DIR", complete = "directory",
      help = "a product's folder, or a dbt project's (default: the current folder)" },
  },
  options = require("usage.reading").options {
    { name = "node", value = "NAME", repeatable = true, help = "print the facts of this node" },
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json", "manifest" }, default = "text",
      help = "what is printed" },
  },
  examples = {
    { "floe facts", "where facts come from, and what is not known" },
    { "floe facts --node orders", "all that policies see of one model" },
    { "floe facts --facts sources --format manifest > manifest.json", "a manifest without dbt" },
    { "floe facts --target prod --vars '{start: 2026-01-01}'", "as another target and other variables have it" },
  },
  exits = { [0] = "printed", [2] = "misuse, or a project that cannot be read", [130] = "interrupted" },
}

local EXIT_USAGE <const> = 2

local function print_tree(terminal, request)
  terminal:flush()
  local ok <const>, err <const> = require("host.dbt").print(request)
  local closed <const> = not ok and err.code == "io" and err.message:find("Broken pipe", 1, true)
  if not ok and not closed and not require("host.system").interrupted() then
    terminal:fail(err)
    return EXIT_USAGE
  end
  return 0
end

---@return integer
function M.run(options, terminal)
  local projects <const> = require "phase.project"
  local reading <const> = require("usage.reading").of(options)
  local loading <const> = projects.open(options.folder or ".")
  if options.format == "manifest" and #loading.errors == 0 then
    if #options.node > 0 then
      require("usage.parser").misuse("--format manifest prints the whole tree, not single nodes",
        "Use --format json for those.")
    end
    return print_tree(terminal, projects.request(loading, projects.root(loading), reading))
  end
  local loaded <const>, problems <const> = projects.need(loading, reading)
  if not loaded then
    terminal:fail_all(problems)
    return EXIT_USAGE
  end
  local facts <const> = require "command.facts.collect"
  local nodes
  if #options.node > 0 then
    local missing
    nodes, missing = facts.find(loaded.project, options.node)
    if missing then
      terminal:fail(missing)
      return EXIT_USAGE
    end
  end
  require("command.facts." .. options.format).print(terminal, loaded, nodes)
  return 0
end

return M
