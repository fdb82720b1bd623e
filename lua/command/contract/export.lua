-- floe contract export: a contract in the words of another tool.
local EXIT_USAGE <const> = 2

local M = {
  name = "export",
  summary = "print a data contract as ODCS, dbt properties or JSON Schema",
  description = [[
odcs: the contract in the newest form of the standard that it needs (3.1, or 3.2 where it has enums, maps or vectors),
whichever form it was written in; nothing gets lost. dbt: a properties file with models, columns, types, tests and
classifications. jsonschema: what a row of each table looks like.

'floe contract sync' writes what a contract says into properties files that are there already.]],
  arguments = {
    { name = "contract", label = "CONTRACT", complete = "file",
      help = "a file, or a contract's name or id (default: the only one in this folder)" },
  },
  options = {
    { name = "format", value = "FORMAT", type = "choice", choices = { "odcs", "dbt", "jsonschema" }, default = "odcs",
      help = "what is printed" },
  },
  examples = {
    { "floe contract export > orders.odcs.yaml", "a simple form becomes one of the standard" },
    { "floe contract export --format dbt > models/orders.yml", "begin a properties file" },
    { "floe contract export sales.orders --format jsonschema", "for who checks rows" },
  },
  exits = { [0] = "printed", [2] = "misuse, or no such contract" },
}

---@return integer
function M.run(options, terminal)
  local source <const> = require("command.contract.show").find(options.contract, terminal)
  if not source then
    return EXIT_USAGE
  end
  local text <const> = require("contract.export." .. options.format).export(source.normal)
  for _, line in ipairs(require("terminal").lines(text)) do
    terminal:write(line .. "\n")
  end
  return 0
end

return M
