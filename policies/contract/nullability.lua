local policy <const> = require "floe.policy"
local contracts <const> = require "floe.contract"
local doubt <const> = require "floe.doubt"

-- Tests that a null fails.
local NOT_NULL <const> = { not_null = true, expect_column_values_to_not_be_null = true }

local function is_held(model, name, column)
  for _, test in ipairs(column.tests) do
    if NOT_NULL[test.test_name] and test.severity ~= "warn" then
      return true
    end
  end
  for _, constraint in ipairs(column.constraints) do
    if constraint.type == "not_null" or constraint.type == "primary_key" then
      return true
    end
  end
  for _, key in ipairs(model.primary_key) do
    if key == name then
      return true
    end
  end
  return false
end

local function check_table(contract_table, model, ctx)
  for name, property in pairs(contract_table.columns) do
    local column <const> = model.columns[name]
    if property.required and column and not is_held(model, name, column) then
      ctx:report {
        at = property,
        path = ("%s.%s.required"):format(contract_table.name, name),
        message = ("the contract promises that '%s' of '%s' is never null, and nothing in dbt holds model '%s' to it")
          :format(name, contract_table.name, model.name),
        expected = "a test or constraint not_null",
        actual = "neither",
        suggest = ("add the test not_null to column '%s' of model '%s'"):format(name, model.name),
      }
    end
  end
end

return policy.define {
  id = "contract.nullability",
  code = "FLOE-E533",
  title = "dbt holds what a contract promises is never null",
  why = "A promise that nothing checks is broken by the first null, and the consumer finds it.",
  help = [[
Test the column with not_null (a test that only warns holds nothing), or declare the constraint; otherwise take
`required` out of the contract.]],
  targets = "contract",
  summary = "promised columns are tested for nulls",

  check = function(contract, ctx)
    local product <const> = contract.product
    if not product then
      return
    end
    for _, contract_table in pairs(contract.tables) do
      local model <const> = contracts.model_of(product, contract, contract_table)
      if model and not doubt.undescribed(model) and #model.partial == 0 then
        check_table(contract_table, model, ctx)
      end
    end
  end,
}
