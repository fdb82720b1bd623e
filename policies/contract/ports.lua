local policy <const> = require "floe.policy"
local contract <const> = require "floe.contract"
local text <const> = require "floe.text"

local function check_contract(subject, ctx)
  local product <const> = subject.product
  if not product then
    return
  end
  for _, contract_table in pairs(subject.tables) do
    local port <const> = contract.port_of(product, subject, contract_table)
    local model <const> = contract.model_of(product, subject, contract_table)
    if not model and not port and (product.project or #product.output_ports > 0)
      and not (product.project and not product.project.nodes_known) then
      local names <const> = {}
      for _, other in ipairs(product.output_ports) do
        names[#names + 1] = other.name
      end
      ctx:report {
        at = contract_table,
        path = contract_table.name,
        message = ("the contract promises table '%s', which no output port and no model provides"):format(
          contract_table.name),
        expected = "the table of an output port, or a dbt model",
        actual = contract_table.name,
        suggest = text.suggest(contract_table.name, names)
          or "name it as the model or output port that provides it, or take it out of the contract",
      }
    end
  end
end

-- Whether somebody wrote a contract: those made of ports describe them by themselves.
local function has_written(product)
  for _, one in ipairs(product.contracts) do
    if one.source ~= "port" then
      return true
    end
  end
  return false
end

-- Whether a contract could not be read: it may describe any port.
local function is_unread(contract_fact)
  for _, problem in ipairs(contract_fact.problems) do
    if problem.code == "FLOE-E509" then
      return true
    end
  end
  return false
end

local function any_unread(product)
  for _, one in ipairs(product.contracts) do
    if is_unread(one) then
      return true
    end
  end
  return false
end

local function check_port(port, ctx)
  local product <const> = port.product
  if not product or not has_written(product) then
    return
  end
  if not port.contract or port.contract.source == "port" then
    if any_unread(product) then
      return
    end
    ctx:report {
      message = ("output port '%s' is described by none of the product's contracts"):format(port.name),
      expected = "a contract with a table of its name",
      actual = "no contract",
      suggest = ("add a table '%s' to a contract"):format(text.last_part(port.table or port.name)),
    }
    return
  end
  for _, contract_table in pairs(port.contract.tables) do
    if contract.names_table(port.table, contract_table) or contract.names_table(port.name, contract_table) then
      return
    end
  end
  ctx:report {
    message = ("the contract of output port '%s' has no table of its name"):format(port.name),
    expected = ("a table '%s'"):format(text.last_part(port.table or port.name)),
    actual = "not in the contract",
    suggest = ("add a table '%s' to %s"):format(text.last_part(port.table or port.name), port.contract.file),
  }
end

return policy.define {
  id = "contract.ports",
  code = "FLOE-E508",
  title = "Contracts match the output ports and models they describe",
  why = "A contract that promises what no model builds is broken on the day it is published.",
  help = [[
Every table of a contract is served by an output port or built by a model of its name, and every output port is
described by a contract once the product has written one. Correct the name on the side that is wrong. The columns are
compared by contract.columns, contract.types and contract.extra_columns.]],
  targets = { "contract", "port" },
  summary = "contract matches output ports",

  check = function(subject, ctx)
    if subject.unique_id:sub(1, 5) == "port." then
      check_port(subject, ctx)
    else
      check_contract(subject, ctx)
    end
  end,
}
