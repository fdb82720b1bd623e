local test <const> = require "floe.test"

local function check(given)
  given.type = given.type or "freshness"
  return test.contract_check(given)
end

return test.suite("contract.freshness", {
  test.case("a check that passed is no finding", function(t)
    t:judge(check { status = "pass" })
    t:passes()
  end),

  test.case("a violation is reported as the check says it", function(t)
    t:judge(check { status = "violation", severity = "error", element = "updated_at", expected = "6h", actual = "8h" })
    t:finds {
      code = "FLOE-E560", subject = "contract.orders-contract.freshness.updated_at", expected = "6h", actual = "8h",
    }
  end),

  test.case("what is milder than the platform asks for is not reported", function(t)
    t:judge(check { status = "violation", severity = "info" })
    t:passes()
    t:judge(check { status = "violation", severity = "info" }, { severity = "info" })
    t:finds { code = "FLOE-E560" }
    t:judge(check { status = "violation", severity = "error" }, { severity = "critical" })
    t:passes()
  end),

  test.case("what could not be checked is reported, unless the platform lets it be", function(t)
    t:judge(check { status = "error" })
    t:finds { code = "FLOE-E560" }
    t:judge(check { status = "error" }, { unchecked = false })
    t:passes()
  end),

  test.case("what was skipped, and checks of other types, are none of its", function(t)
    t:judge(check { status = "skipped" })
    t:passes()
    t:judge(check { type = "deprecation", status = "violation", severity = "critical" })
    t:passes()
  end),
})
