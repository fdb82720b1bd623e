local test <const> = require "floe.test"

return test.suite("contract.schema_drift", {
  test.case("a table that is not as promised is reported", function(t)
    t:judge(test.contract_check { type = "schema_drift", status = "violation", actual = "another order" })
    t:finds { code = "FLOE-E534", actual = "another order" }
  end),

  test.case("the kind of the drift has the code that it has at compile", function(t)
    local codes <const> = {
      type_changed = "FLOE-E530", column_removed = "FLOE-E531", column_added = "FLOE-E532",
      nullability_changed = "FLOE-E533",
    }
    for rule, code in pairs(codes) do
      t:judge(test.contract_check { type = "schema_drift", status = "violation", element = "email", rule = rule })
      t:finds { code = code, subject = "contract.orders-contract.schema_drift.email." .. rule }
    end
  end),

  test.case("a check that passed is no finding", function(t)
    t:judge(test.contract_check { type = "schema_drift" })
    t:passes()
  end),

  test.case("checks of other types are none of its", function(t)
    t:judge(test.contract_check { type = "quality", status = "violation", severity = "critical" })
    t:passes()
  end),
})
