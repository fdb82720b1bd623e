local test <const> = require "floe.test"

local function orders(description)
  return test.model { name = "gold_orders", description = description }
end

return test.suite("documentation.model", {
  test.case("a description is enough", function(t)
    t:judge(orders("One row for every order."))
    t:passes()
  end),

  test.case("no description, and one of blanks, are reported", function(t)
    for _, description in ipairs({ "", "  \n\t " }) do
      t:judge(orders(description))
      t:finds { code = "FLOE-E220", subject = "model.shop.gold_orders", field = "description", actual = "none" }
    end
  end),

  test.case("a minimum length can be asked for, and is itself enough", function(t)
    t:judge(orders("Orders."), { minimum_length = 8 })
    t:finds { code = "FLOE-E220", expected = "a description of at least 8 characters", actual = "7 characters" }
    t:judge(orders("Orders.."), { minimum_length = 8 })
    t:passes()
  end),

  test.case("a model that a broken properties file may describe is not reported", function(t)
    local model <const> = test.model { name = "orders" }
    t:judge(test.project { models = { model }, problems = { test.dbt_problem {} } })
    t:passes()
    local described <const> = test.model { patch_file = "models/other.yml", name = "orders" }
    t:judge(test.project { models = { described }, problems = { test.dbt_problem {} } })
    t:finds { code = "FLOE-E220" }
  end),

  test.case("a description that only a run knows is not missing", function(t)
    t:judge(test.model { partial = { { about = "description", reason = "a var without a value" } } })
    t:passes()
  end),
})
