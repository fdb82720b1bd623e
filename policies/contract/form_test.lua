local test <const> = require "floe.test"

return test.suite("contract.form", {
  test.case("a contract without problems passes", function(t)
    t:judge(test.contract {})
    t:passes()
  end),

  test.case("each problem is a finding with its own code", function(t)
    local problems <const>, expected <const> = {}, {}
    for number = 0, 9 do
      local code <const> = "FLOE-E50" .. number
      problems[#problems + 1] = test.problem { code = code, message = "wrong", path = "schema[0]." .. number }
      expected[#expected + 1] = { code = code, subject = "contract.orders-contract", path = "schema[0]." .. number }
    end
    t:judge(test.contract { problems = problems })
    t:finds(expected)
  end),

  test.case("what a problem says is handed on", function(t)
    local problem <const> = test.problem {
      code = "FLOE-E503", message = "no such type", expected = "string, integer, …", actual = "text",
      suggestions = { "string" }, path = "schema[0].properties[0].logicalType",
    }
    t:judge(test.contract { problems = { problem } })
    t:finds {
      code = "FLOE-E503", expected = "string, integer, …", actual = "text", suggestions = { "string" },
      path = "schema[0].properties[0].logicalType",
    }
  end),

  test.case("a contract with very many problems is counted", function(t)
    local problems <const> = {}
    for index = 1, 1500 do
      problems[index] = test.problem {}
    end
    local findings <const> = t:judge(test.contract { problems = problems })
    t:notes("datacontract.yaml has 1500 problems")
    t:equal(#findings, 500, "findings")
  end),

  test.case("a problem with a foreign code fails and does not pass", function(t)
    t:judge(test.contract { problems = { test.problem { code = "FLOE-E999" } } })
    t:raises("FLOE-E999")
  end),
})
