local test <const> = require "floe.test"

return test.suite("exposure.public_model", {
  test.case("a dashboard on a protected model is reported", function(t)
    local model <const> = test.model { name = "silver_orders", access = "protected" }
    t:judge(test.exposure { name = "daily_orders", parents = { model } })
    t:finds { code = "ACME-E201" }
  end),

  test.case("a dashboard on a public model passes", function(t)
    local model <const> = test.model { name = "gold_orders", access = "public" }
    t:judge(test.exposure { name = "daily_orders", parents = { model } })
    t:passes()
  end),
})
