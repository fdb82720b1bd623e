local test <const> = require "floe.test"

return test.suite("contract.availability", {
  test.case("a table that cannot be read is reported", function(t)
    t:judge(test.contract_check { type = "availability", status = "violation", actual = "no such table" })
    t:finds { code = "FLOE-E561", actual = "no such table" }
  end),

  test.case("a check that passed is no finding", function(t)
    t:judge(test.contract_check { type = "availability" })
    t:passes()
  end),

  test.case("checks of other types are none of its", function(t)
    t:judge(test.contract_check { type = "freshness", status = "violation", severity = "critical" })
    t:passes()
  end),
})
