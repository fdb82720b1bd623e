local test <const> = require "floe.test"

local function product(column, required)
  local contract <const> = test.contract {
    tables = { { name = "gold_orders", columns = { { name = "id", required = required ~= false } } } },
  }
  local model <const> = test.model { name = "gold_orders", columns = { column } }
  return test.product { contracts = { contract }, project = test.project { models = { model } } }
end

return test.suite("contract.nullability", {
  test.case("a required column with the test not_null passes", function(t)
    t:judge(product { name = "id", tests = { "not_null" } })
    t:passes()
  end),

  test.case("a constraint holds it as well", function(t)
    t:judge(product { name = "id", constraints = { { type = "not_null" } } })
    t:passes()
  end),

  test.case("a required column that nothing holds is reported at the contract's column", function(t)
    t:judge(product { name = "id", tests = { "unique" } })
    t:finds {
      code = "FLOE-E533", at = "contract.orders-contract.gold_orders.id", path = "gold_orders.id.required",
      actual = "neither",
    }
  end),

  test.case("a test that only warns holds nothing", function(t)
    t:judge(product { name = "id", tests = { { test_name = "not_null", severity = "warn" } } })
    t:finds { code = "FLOE-E533" }
  end),

  test.case("what the contract lets be null needs no test", function(t)
    t:judge(product({ name = "id" }, false))
    t:passes()
  end),
})
