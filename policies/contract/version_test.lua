local test <const> = require "floe.test"

return test.suite("contract.version", {
  test.case("a contract without a registered version passes", function(t)
    t:judge(test.contract {})
    t:passes()
  end),

  test.case("each problem of the version is a finding with its code", function(t)
    local problems <const>, expected <const> = {}, {}
    for index, code in ipairs { "FLOE-E520", "FLOE-E521", "FLOE-E522", "FLOE-E523", "FLOE-E524" } do
      problems[index] = test.problem {
        code = code, path = "orders.id", expected = "this", actual = "that", suggestions = { "do so" },
      }
      expected[index] = {
        code = code, subject = "contract.orders-contract", path = "orders.id",
        expected = "this", actual = "that", suggestions = { "do so" },
      }
    end
    t:judge(test.contract { version_problems = problems })
    t:finds(expected)
  end),
})
