-- floe contract import: a contract from what dbt knows.
local EXIT_USAGE <const> = 2

local M = {
  name = "import",
  summary = "print a data contract made from a dbt project",
  description = [[
Writes down as a contract (ODCS 3.1, a draft) what a dbt project says about tables: columns, types, tests and
constraints (not_null, unique, accepted_values, keys), descriptions and classifications. Which tables: those named by
--node, else the models that are public or whose dbt contract is enforced. What nobody has said stands nowhere in it:
complete it before you make it active.]],
  arguments = {
    { name = "folder", label = "DIR", complete = "directory",
      help = "a product's folder, or a dbt project's (default: the current folder)" },
  },
  options = require("usage.reading").options {
    { name = "node", value = "NAME", repeatable = true,
      help = "a model, seed, snapshot or source table; * stands for any text" },
    { name = "id", value = "ID", help = "the contract's id (default: the product's, or the dbt project's name)" },
  },
  examples = {
    { "floe contract import > datacontract.yaml", "the models that others may use" },
    { "floe contract import --node 'gold_*' --id sales.gold", "these models" },
    { "floe contract import --node 'source.shop.crm.*'", "tables that others deliver" },
  },
  exits = { [0] = "printed", [2] = "misuse, or a project that cannot be read" },
}

local function chosen(project, options, terminal)
  if #options.node > 0 then
    local nodes <const>, missing <const> = require("command.facts.collect").find(project, options.node)
    if not nodes then
      terminal:fail(missing)
      return nil
    end
    local out <const> = {}
    for _, node in ipairs(nodes) do
      local kind <const> = require("host.document").type(node)
      if kind == "model" or kind == "seed" or kind == "snapshot" or kind == "source" then
        out[#out + 1] = node
      end
    end
    return out
  end
  local out <const> = {}
  for _, model in ipairs(project.models) do
    if model.own and (model.access == "public" or model.contract_enforced) then
      out[#out + 1] = model
    end
  end
  return out
end

local function head_of(loading, project, options)
  local metadata <const> = loading.spec.metadata or {}
  return {
    id = options.id or loading.id or project.name,
    name = metadata.name or project.name,
    domain = metadata.domain,
    owner = metadata.owner,
  }
end

---@return integer
function M.run(options, terminal)
  local projects <const> = require "phase.project"
  local reading <const> = require("usage.reading").of(options)
  local loading <const> = projects.open(options.folder or ".")
  local loaded <const>, problems <const> = projects.need(loading, reading)
  if not loaded then
    terminal:fail_all(problems)
    return EXIT_USAGE
  end
  local nodes <const> = chosen(loaded.project, options, terminal)
  if not nodes then
    return EXIT_USAGE
  elseif #nodes == 0 then
    terminal:fail({ message = ("no table of '%s' is public or has an enforced dbt contract"):format(
      loaded.project.name), hint = "Name those that the contract is about: --node 'gold_*'." })
    return EXIT_USAGE
  end
  local contract <const> = require("contract.from_dbt").contract_of(nodes, head_of(loading, loaded.project, options))
  for _, line in ipairs(require("terminal").lines(require("contract.export.odcs").export(contract))) do
    terminal:write(line .. "\n")
  end
  return 0
end

return M
