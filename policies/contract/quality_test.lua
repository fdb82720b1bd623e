local test <const> = require "floe.test"

return test.suite("contract.quality", {
  test.case("a broken rule is reported with its column", function(t)
    t:judge(test.contract_check {
      type = "quality", status = "violation", schema = "orders", element = "email", rule = "nullValues",
    })
    t:finds { code = "FLOE-E562", subject = "contract.orders-contract.quality.orders.email.nullValues" }
  end),

  test.case("what tells a rule from others names each part once", function(t)
    for element, id in pairs({
      ["orders.email"] = "orders.email", ["orders_id"] = "orders.orders_id", ["orders"] = "orders",
    }) do
      t:judge(test.contract_check { type = "quality", status = "violation", schema = "orders", element = element })
      t:finds { subject = "contract.orders-contract.quality." .. id }
    end
  end),

  test.case("a check that passed is no finding", function(t)
    t:judge(test.contract_check { type = "quality" })
    t:passes()
  end),

  test.case("checks of other types are none of its", function(t)
    t:judge(test.contract_check { type = "freshness", status = "violation", severity = "critical" })
    t:passes()
  end),
})
