local test <const> = require "floe.test"

return test.suite("contract.merge", {
  test.case("a contract without conflicts passes", function(t)
    t:judge(test.contract {})
    t:passes()
  end),

  test.case("each conflict is a finding", function(t)
    local problems <const>, expected <const> = {}, {}
    for index, code in ipairs { "FLOE-E535" } do
      problems[index] = test.problem {
        code = code, path = "orders.id", expected = "this", actual = "that", suggestions = { "do so" },
      }
      expected[index] = {
        code = code, subject = "contract.orders-contract", path = "orders.id",
        expected = "this", actual = "that", suggestions = { "do so" },
      }
    end
    t:judge(test.contract { conflicts = problems })
    t:finds(expected)
  end),
})
