local test <const> = require "floe.test"

return test.suite("contract.inherits", {
  test.case("a contract that stands below none passes", function(t)
    t:judge(test.contract {})
    t:passes()
  end),

  test.case("each weakening is a finding with its code", function(t)
    local problems <const>, expected <const> = {}, {}
    for index, code in ipairs { "FLOE-E510", "FLOE-E511", "FLOE-E512", "FLOE-E513" } do
      problems[index] = test.problem {
        code = code, path = "orders.id", expected = "this", actual = "that", suggestions = { "do so" },
      }
      expected[index] = {
        code = code, subject = "contract.orders-contract", path = "orders.id",
        expected = "this", actual = "that", suggestions = { "do so" },
      }
    end
    t:judge(test.contract { weakened = problems })
    t:finds(expected)
  end),
})
