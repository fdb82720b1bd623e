local test <const> = require "floe.test"

return test.suite("ownership.model_owner", {
  test.case("a silver model without an owner is reported", function(t)
    local model <const> = test.model { name = "silver_orders", layer = "silver" }
    t:judge(model)
    t:finds { code = "ACME-E101", subject = model, field = "meta" }
  end),

  test.case("an owner that is no team is reported, with the team that was meant", function(t)
    t:judge(test.model { name = "gold_orders", layer = "gold", meta = { owner = "custmer-data" } })
    t:finds { code = "ACME-E101", actual = "custmer-data", suggests = "customer-data" }
  end),

  test.case("a team may own a model", function(t)
    t:judge(test.model { name = "gold_orders", layer = "gold", meta = { owner = "customer-data" } })
    t:passes()
  end),

  test.case("bronze needs no owner unless the platform says so", function(t)
    t:judge(test.model { name = "bronze_orders", layer = "bronze" })
    t:passes()
  end),

  test.case("the platform chooses the layers", function(t)
    t:judge(test.model { name = "bronze_orders", layer = "bronze" }, { layers = { "bronze" } })
    t:finds { code = "ACME-E101" }
  end),
})
