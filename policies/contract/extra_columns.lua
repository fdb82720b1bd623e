local policy <const> = require "floe.policy"
local contracts <const> = require "floe.contract"
local set <const> = require "floe.set"

local excluded <const> = policy.once(function(params)
  return set.of(params.exclude)
end)

-- The names under which a contract's table knows its columns, in lower case.
local function promised_names(contract_table)
  local out <const> = {}
  for name, property in pairs(contract_table.columns) do
    out[name:lower()] = true
    if property.physical_name then
      out[property.physical_name:lower()] = true
    end
  end
  return out
end

return policy.define {
  id = "contract.extra_columns",
  code = "FLOE-E532",
  title = "Models serve no column that their contract leaves out",
  why = "Consumers find the column and build on it, though nobody has promised it.",
  help = [[
Add the column to the contract, or take it out of the model. Columns named in `exclude` may stay out, such as those of a
loader.]],
  targets = "contract",
  mode = "warn",
  params = {
    exclude = policy.list(policy.string(), {}, { doc = "columns that may stay out of contracts", stricter = "subset" }),
  },
  summary = "no columns beside the contract",

  check = function(contract, ctx)
    local product <const> = contract.product
    if not product then
      return
    end
    for _, contract_table in pairs(contract.tables) do
      local model <const> = contracts.model_of(product, contract, contract_table)
      local known <const> = promised_names(contract_table)
      for name in pairs(model and next(known) and model.columns or {}) do
        if not known[name:lower()] and not excluded(ctx.params)[name] then
          ctx:report {
            at = contract_table,
            path = ("%s.%s"):format(contract_table.name, name),
            message = ("model '%s' has column '%s', which the contract does not promise"):format(model.name, name),
            expected = "a column of the contract",
            actual = name,
            suggest = ("add '%s' to table '%s' of the contract"):format(name, contract_table.name),
          }
        end
      end
    end
  end,
}
