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

local function check_side(contract_table, side, promised, ctx)
  for _, name in ipairs(side.names) do
    if not promised[name:lower()] and not excluded(ctx.params)[name] then
      ctx:report {
        at = contract_table,
        path = ("%s.%s"):format(contract_table.name, name),
        message = ("%s has column '%s', which the contract does not promise"):format(side.title, name),
        expected = "a column of the contract",
        actual = name,
        suggest = ("add '%s' to table '%s' of the contract"):format(name, contract_table.name),
      }
    end
  end
end

return policy.define {
  id = "contract.extra_columns",
  code = "FLOE-E532",
  title = "Models and ports serve no column that their contract leaves out",
  why = "Consumers find the column and build on it, though nobody has promised it.",
  help = [[
Add the column to the contract, or take it out of the model, or of the output port that writes it out. Columns named in
`exclude` may stay out, such as those of a loader.]],
  targets = "contract",
  mode = "warn",
  params = {
    exclude = policy.list(policy.string(), {}, { doc = "columns that may stay out of contracts", stricter = "subset" }),
  },
  summary = "no columns beside the contract",

  check = function(contract, ctx)
    for _, contract_table in pairs(contract.tables) do
      local promised <const> = promised_names(contract_table)
      for _, side in ipairs(next(promised) and contracts.sides(contract, contract_table) or {}) do
        check_side(contract_table, side, promised, ctx)
      end
    end
  end,
}
