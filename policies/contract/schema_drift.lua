local policy <const> = require "floe.policy"
local checks <const> = require "floe.check"

-- What a check says of the way in which a table differs, and its code, as for models at compile.
local CODES <const> = {
  type_changed = "FLOE-E530", column_removed = "FLOE-E531", column_added = "FLOE-E532",
  nullability_changed = "FLOE-E533",
}

return policy.define {
  id = "contract.schema_drift",
  code = "FLOE-E534",
  codes = { "FLOE-E534", "FLOE-E530", "FLOE-E531", "FLOE-E532", "FLOE-E533" },
  title = "Tables have the columns and types that their contract promises",
  why = "A column that vanished from the table breaks whoever reads it, whatever the project's files say.",
  help = [[
Somebody changed the table, or it was not built since its model changed. Run the product; where the table is meant to be
as it is, change the contract, with the version that this needs: `floe contract validate-version` says which. E530:
another type. E531: a column is missing. E532: one more than promised. E533: null where the contract promises none.
E534: what is none of these.]],
  targets = "contract_check",
  phases = { "run", "monitor" },
  params = checks.params(),
  summary = "tables are as promised",

  check = function(check, ctx)
    checks.judge(check, ctx, {
      type = "schema_drift", code = CODES[check.rule], suggest = "run the product, or change the contract",
    })
  end,
}
