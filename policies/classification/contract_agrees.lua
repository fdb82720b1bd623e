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

-- The mark both sides should carry: the stricter of two known ones, or the only known one; nil where a word that
-- nobody knows stands on either side, because nothing says how strict that is.
local function agreed(promised, marked, order)
  local contract_rank <const> = promised == nil and 0 or order[promised]
  local dbt_rank <const> = marked == nil and 0 or order[marked]
  if not contract_rank or not dbt_rank then
    return nil
  end
  return contract_rank > dbt_rank and promised or marked
end

-- The report about a column: at the side that says too little, or a word that nobody knows, and what it should say.
local function disagreement(property, column, promised, marked, order)
  local mark <const> = agreed(promised, marked, order)
  if mark == nil then
    local in_dbt <const> = marked ~= nil and order[marked] == nil
    return {
      at = in_dbt and column or property,
      field = in_dbt and "meta" or promised ~= nil and "classification" or nil,
      expected = "one known classification on both sides",
      actual = ("%s in the contract, %s in dbt"):format(shown(promised), shown(marked)),
      suggest = "write one known word on both sides",
    }
  elseif mark == promised then
    return {
      at = column,
      field = marked ~= nil and "meta" or nil,
      expected = mark,
      actual = shown(marked),
      suggest = ("meta: { classification: %s } in the model's properties"):format(mark),
    }
  end
  return {
    at = property,
    field = promised ~= nil and "classification" or nil,
    expected = tostring(mark),
    actual = shown(promised),
    suggest = ("classification: %s in the contract"):format(mark),
  }
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
        local report <const> = disagreement(property, column, promised, marked, order)
        report.path = ("%s.%s"):format(contract_table.name, name)
        report.message = ("the contract calls column '%s' %s, dbt's model '%s' calls it %s"):format(name,
          shown(promised), model.name, shown(marked))
        ctx:report(report)
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
Write the same word on both sides, the stricter of the two: `classification: pii` at the column in the contract, and
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
