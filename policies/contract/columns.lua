local policy <const> = require "floe.policy"
local contracts <const> = require "floe.contract"
local text <const> = require "floe.text"

return policy.define {
  id = "contract.columns",
  code = "FLOE-E531",
  title = "What a contract promises exists in its model and port",
  why = "A promised column that nothing builds is missing on the day the contract is published.",
  help = [[
Each column of a contract's table is one of the dbt model behind it, and of the columns that its output port writes out.
Correct the name on the side that is wrong, build the column, or take it out of the contract (which needs a new MAJOR
version once it is promised).]],
  targets = "contract",
  summary = "promised columns exist",

  check = function(contract, ctx)
    for _, contract_table in pairs(contract.tables) do
      for _, side in ipairs(contracts.sides(contract, contract_table)) do
        for name, property in pairs(contract_table.columns) do
          if not contracts.column_of(side, property) then
            ctx:report {
              at = property,
              path = ("%s.%s"):format(contract_table.name, name),
              message = ("the contract promises column '%s' of '%s', which %s does not have"):format(name,
                contract_table.name, side.title),
              expected = ("a column of %s"):format(side.title),
              actual = name,
              suggest = text.suggest(name, side.names) or side.of_port
                and ("add column '%s' to the port in floe.yaml, or take it out of the contract"):format(name)
                or ("build column '%s' in the model, or take it out of the contract"):format(name),
            }
          end
        end
      end
    end
  end,
}
