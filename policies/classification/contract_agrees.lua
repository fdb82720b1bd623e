local policy <const> = require "floe.policy"
local classification <const> = require "floe.classification"
local contract <const> = require "floe.contract"

local ranks <const> = policy.once(function(params)
  return classification.ranks(params.order)
end)

-- Whether two marks differ in a way that matters: both are there and are not the same, or one side alone says
-- that the column is sensitive.
local function disagree(promised, marked, order, unmarked_from)
  if promised == marked then
    return false
  elseif promised ~= nil and marked ~= nil then
    return true
  end
  local only <const> = promised == nil and marked or promised
  return (order[only] or math.huge) >= (order[unmarked_from] or 1)
end

local function shown(value)
  return value == nil and "unmarked" or tostring(value)
end

local function check_table(contract_table, model, ctx)
  local params <const> = ctx.params
  local order <const> = ranks(params)
  local columns <const> = model.columns
  for name, property in pairs(contract_table.columns) do
    local column <const> = columns[name]
    if column then
      local promised <const> = property.classification
      local marked <const> = classification.of(column)
      if disagree(promised, marked, order, params.unmarked_from) then
        ctx:report {
          at = property,
          field = promised ~= nil and "classification" or nil,
          path = ("%s.%s"):format(contract_table.name, name),
          message = ("the contract calls column '%s' %s, dbt's model '%s' calls it %s"):format(name, shown(promised),
            model.name, shown(marked)),
          expected = shown(marked),
          actual = shown(promised),
          suggest = promised == nil and ("classification: %s in the contract"):format(shown(marked))
            or ("meta: { classification: %s } in the model's properties"):format(shown(promised)),
        }
      end
    end
  end
end

return policy.define {
  id = "classification.contract_agrees",
  code = "FLOE-E233",
  title = "Contract and dbt classify a column alike",
  why = "Consumers read the contract, masking reads dbt's meta; where they differ, one of them is wrong about people.",
  help = [[
Write the same word on both sides: `classification: pii` at the column in the contract, and
`meta: { classification: pii }` at the column in the model's properties file.]],
  targets = "contract",
  params = {
    order = policy.list(policy.string(), classification.ORDER, { doc = "classifications, least sensitive first" }),
    unmarked_from = policy.string("confidential", {
      doc = "from this classification on, the other side may not be left unmarked",
    }),
  },
  summary = "contract and dbt agree",

  check = function(subject, ctx)
    local product <const> = subject.product
    if not product then
      return
    end
    for _, contract_table in pairs(subject.tables) do
      local model <const> = contract.model_of(product, subject, contract_table)
      if model then
        check_table(contract_table, model, ctx)
      end
    end
  end,
}
