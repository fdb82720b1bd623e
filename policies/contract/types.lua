local policy <const> = require "floe.policy"
local contracts <const> = require "floe.contract"

local function same_words(one, other)
  return one ~= nil and one:lower():gsub("%s", "") == other:lower():gsub("%s", "")
end

-- A promised type of another family than what is known. A contract that names the very type says so itself how its
-- logical type is stored.
local function check_type(contract, contract_table, property, known, side, ctx)
  local promised <const> = property.logical_type or property.physical_type
  local wanted <const>, found <const> = contracts.type_family(promised), contracts.type_family(known)
  if same_words(property.physical_type, known) or not wanted or not found or wanted == found then
    return
  end
  local as <const> = property.logical_type and "logicalType" or "physicalType"
  local is_written <const> = contract.source ~= "port" and property.spec[as] ~= nil
  ctx:report {
    at = is_written and property.spec or property,
    field = is_written and as or nil,
    path = ("%s.%s.type"):format(contract_table.name, property.name),
    message = ("the contract promises column '%s' of '%s' as %s, %s has it as %s"):format(property.name,
      contract_table.name, promised, side.title, known),
    expected = promised,
    actual = known,
    suggest = side.of_port and "write the same type in floe.yaml and in the contract"
      or "cast the column in the model, or correct the contract",
  }
end

return policy.define {
  id = "contract.types",
  code = "FLOE-E530",
  title = "Promised types are those of the model and port",
  why = "A consumer that reads a number where a text comes fails, or computes what is wrong.",
  help = [[
A promised type and the one of the dbt model, or of the output port, are of the same family: text, number, boolean,
date, timestamp, time, bytes, array or object. Types that floe does not know are not compared. Cast the column in the
model, or correct the contract.]],
  targets = "contract",
  summary = "promised types fit",

  check = function(contract, ctx)
    for _, contract_table in pairs(contract.tables) do
      for _, side in ipairs(contracts.sides(contract, contract_table)) do
        for _, property in pairs(contract_table.columns) do
          local known <const> = contracts.column_of(side, property)
          if known then
            check_type(contract, contract_table, property, known.type, side, ctx)
          end
        end
      end
    end
  end,
}
