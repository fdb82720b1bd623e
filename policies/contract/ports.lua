local policy <const> = require "floe.policy"
local contract <const> = require "floe.contract"
local text <const> = require "floe.text"

-- What is known of a model's columns, name → data type ("" where no type is known): what is declared, and what
-- the catalog saw. nil where nothing is known.
local function known_columns(model)
  local types, names
  for name, column in pairs(model.columns) do
    types, names = types or {}, names or {}
    types[name:lower()] = column.data_type or ""
    names[#names + 1] = name
  end
  local seen <const> = model.catalog.columns
  for name, entry in pairs(seen or {}) do
    types, names = types or {}, names or {}
    local key <const> = name:lower()
    if types[key] == nil then
      names[#names + 1] = name
    end
    if types[key] == nil or types[key] == "" then
      types[key] = entry.type or ""
    end
  end
  return types, names
end

local function report_missing_column(contract_table, name, property, where, names, ctx)
  ctx:report {
    at = property,
    code = "FLOE-E531",
    path = ("%s.%s"):format(contract_table.name, name),
    message = ("the contract promises column '%s' of '%s', which %s does not have"):format(name, contract_table.name,
      where),
    expected = ("a column of %s"):format(where),
    actual = name,
    suggest = text.suggest(name, names),
  }
end

local function same_words(one, other)
  return one ~= nil and one:lower():gsub("%s", "") == other:lower():gsub("%s", "")
end

-- Reports a promised type of another family than what is known. A contract that names the very type says so itself how
-- its logical type is stored.
local function check_type(contract_table, name, property, known_type, where, ctx)
  if same_words(property.physical_type, known_type) then
    return
  end
  local promised <const> = property.logical_type or property.physical_type
  local wanted <const>, found <const> = contract.type_family(promised), contract.type_family(known_type)
  if wanted and found and wanted ~= found then
    ctx:report {
      at = property,
      code = "FLOE-E530",
      path = ("%s.%s.type"):format(contract_table.name, name),
      message = ("the contract promises column '%s' of '%s' as %s, %s has it as %s"):format(name, contract_table.name,
        promised, where, known_type),
      expected = promised,
      actual = known_type,
      suggest = "cast the column in the model, or correct the contract",
    }
  end
end

-- Every column of the contract's table against what is known of the other side.
local function compare_columns(contract_table, types, names, where, ctx)
  for name, property in pairs(contract_table.columns) do
    local physical <const> = property.physical_name
    local known_type <const> = types[name:lower()] or (physical and types[physical:lower()])
    if known_type then
      check_type(contract_table, name, property, known_type, where, ctx)
    else
      report_missing_column(contract_table, name, property, where, names, ctx)
    end
  end
end

local function check_model(contract_table, model, ctx)
  local types <const>, names <const> = known_columns(model)
  if types then
    compare_columns(contract_table, types, names, ("model '%s'"):format(model.name), ctx)
  end
end

-- The columns a port writes out in floe.yaml, against the contract's.
local function check_port_columns(contract_table, port, ctx)
  local types <const>, names <const> = {}, {}
  for _, column in ipairs(port.columns) do
    if type(column.name) == "string" then
      types[column.name:lower()] = column.type or ""
      names[#names + 1] = column.name
    end
  end
  if #names > 0 then
    compare_columns(contract_table, types, names, ("output port '%s'"):format(port.name), ctx)
  end
end

local function check_contract(subject, ctx)
  local product <const> = subject.product
  if not product then
    return
  end
  for _, contract_table in pairs(subject.tables) do
    local port <const> = contract.port_of(product, subject, contract_table)
    local model <const> = contract.model_of(product, subject, contract_table)
    if port then
      check_port_columns(contract_table, port, ctx)
    end
    if model then
      check_model(contract_table, model, ctx)
    elseif not port and (product.project or #product.output_ports > 0)
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
        suggest = text.suggest(contract_table.name, names),
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

local function check_port(port, ctx)
  local product <const> = port.product
  if not product or not has_written(product) then
    return
  end
  if not port.contract or port.contract.source == "port" then
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
  codes = { "FLOE-E508", "FLOE-E530", "FLOE-E531" },
  title = "Contracts match the output ports and models they describe",
  why = "A contract that promises what no model builds is broken on the day it is published.",
  help = [[
E508: every table of a contract is served by an output port or built by a model of its name, and every output port is
described by a contract once the product has written one. E531: each promised column exists there; E530: with a type of
the same family (text, number, boolean, date, timestamp, …). Correct the name or type on the side that is wrong.]],
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
