local test <const> = require "floe.test"

return test.suite("run.retries", {
  test.case("a run may be tried again, but not again and again", function(t)
    t:judge(test.run { attempt = 3 })
    t:passes()
    t:judge(test.run { attempt = 4 })
    t:finds { code = "FLOE-E806", subject = "run.sales.shop", path = "attempt", actual = "3 retries" }
    t:judge(test.run { attempt = 2 }, { maximum = 0 })
    t:finds { actual = "1 retry", expected = "at most 0 retries" }
  end),

  test.case("a product whose last runs all failed is told before it runs", function(t)
    t:judge(test.run { failures_in_row = 3 })
    t:passes()
    t:judge(test.run { failures_in_row = 4 })
    t:finds { code = "FLOE-E806", path = "failures_in_row", actual = "4 failures" }
    t:judge(test.run { moment = "after", failures_in_row = 4 })
    t:passes()
  end),

  test.case("a node that needed too many attempts is reported, one that was not run again is not", function(t)
    local again <const> = test.run_node { name = "orders", attempt = 4 }
    local kept <const> = test.run_node { name = "customers", attempt = 4, reused = true }
    t:judge(test.run { moment = "after", nodes = { again, kept } })
    t:finds { code = "FLOE-E806", subject = "model.shop.orders", actual = "3 retries" }
  end),
})
