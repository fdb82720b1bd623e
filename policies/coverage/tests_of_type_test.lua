local test <const> = require "floe.test"

local function orders(columns)
  return test.model { name = "gold_orders", columns = columns }
end

local PARAMS <const> = { test_types = { "accepted_values", "relationships" } }

return test.suite("coverage.tests_of_type", {
  test.case("nothing is asked before types are named", function(t)
    t:judge(orders({ "id" }))
    t:passes()
  end),

  test.case("one column with one of the types is enough", function(t)
    t:judge(orders({ { name = "status", tests = { "not_null", "relationships" } } }), PARAMS)
    t:passes()
  end),

  test.case("a model without such a test is reported", function(t)
    t:judge(orders({ { name = "status", tests = { "not_null" } } }), PARAMS)
    t:finds {
      code = "FLOE-E402",
      subject = "model.shop.gold_orders",
      expected = "1 column with a test of: accepted_values, relationships",
      actual = "0 columns",
    }
  end),

  test.case("several tests on one column count once", function(t)
    local model <const> = orders({ { name = "status", tests = { "relationships", "accepted_values" } } })
    t:judge(model, { test_types = PARAMS.test_types, min_columns = 2 })
    t:finds { code = "FLOE-E402", actual = "1 column" }
  end),

  test.case("a test on the whole model is on no column", function(t)
    t:judge(test.model { name = "gold_a", tests = { "relationships" } }, PARAMS)
    t:finds { code = "FLOE-E402" }
  end),

  test.case("only the models of applies_to are judged", function(t)
    local params <const> = { test_types = PARAMS.test_types, applies_to = "gold_*" }
    t:judge(test.model { name = "silver_orders" }, params)
    t:passes()
    t:judge(orders({}), params)
    t:finds { code = "FLOE-E402" }
  end),

  test.case("a model whose tests a broken properties file may hold is not reported", function(t)
    local model <const> = test.model { name = "gold_a" }
    t:judge(test.project { models = { model }, problems = { test.dbt_problem {} } }, { test_types = { "unique" } })
    t:passes()
    local described <const> = test.model { patch_file = "models/other.yml", name = "gold_a" }
    t:judge(test.project { models = { described }, problems = { test.dbt_problem {} } }, { test_types = { "unique" } })
    t:finds { code = "FLOE-E402" }
  end),
})
