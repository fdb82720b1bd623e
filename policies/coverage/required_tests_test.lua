local test <const> = require "floe.test"

local function gold(tests, model_tests)
  return test.model {
    name = "gold_orders", layer = "gold", columns = { { name = "id", tests = tests } }, tests = model_tests,
  }
end

return test.suite("coverage.required_tests", {
  test.case("a gold model with not_null and unique passes", function(t)
    t:judge(gold({ "not_null", "unique" }))
    t:passes()
  end),

  test.case("each missing test is its own finding", function(t)
    t:judge(gold({ "accepted_values" }))
    t:finds {
      { code = "FLOE-E212", subject = "model.shop.gold_orders", path = "not_null", actual = "other tests only" },
      { code = "FLOE-E212", path = "unique", suggests = "add 'unique' to the data_tests of a column" },
    }
  end),

  test.case("a model without any test is told so", function(t)
    t:judge(gold())
    t:finds { { path = "not_null", actual = "no test" }, { path = "unique", actual = "no test" } }
  end),

  test.case("a key of several columns counts as unique", function(t)
    t:judge(gold({ "not_null" }, { "dbt_utils.unique_combination_of_columns" }))
    t:passes()
    t:judge(gold({ "not_null" }, { "dbt_utils.unique_combination_of_columns" }), { equivalents = {} })
    t:finds { code = "FLOE-E212", path = "unique" }
  end),

  test.case("other layers, and models without one, are asked nothing", function(t)
    t:judge(test.model { name = "silver_orders", layer = "silver" })
    t:passes()
    t:judge(test.model { name = "orders" })
    t:passes()
  end),

  test.case("layers and tests are params", function(t)
    local silver <const> = test.model { name = "silver_orders", layer = "silver" }
    t:judge(silver, { layers = { silver = { "not_null" } } })
    t:finds { code = "FLOE-E212", path = "not_null" }
    t:judge(silver, { layers = { silver = {} } })
    t:passes()
  end),

  test.case("a model whose tests a broken properties file may hold is not reported", function(t)
    local model <const> = test.model { name = "gold_a", layer = "gold" }
    t:judge(test.project { models = { model }, problems = { test.dbt_problem {} } },
      { layers = { gold = { "unique" } } })
    t:passes()
    local described <const> = test.model { name = "gold_a", layer = "gold", patch_file = "models/b.yml" }
    t:judge(test.project { models = { described }, problems = { test.dbt_problem {} } },
      { layers = { gold = { "unique" } } })
    t:finds { code = "FLOE-E212" }
  end),
})
