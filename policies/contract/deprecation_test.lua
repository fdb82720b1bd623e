local test <const> = require "floe.test"

return test.suite("contract.deprecation", {
  test.case("a contract that is still kept at its sunset is reported", function(t)
    t:judge(test.contract_check { type = "deprecation", status = "violation", rule = "sunset", actual = "sunset" })
    t:finds { code = "FLOE-E529", subject = "contract.orders-contract.deprecation.sunset", actual = "sunset" }
  end),

  test.case("a contract that has not ended, and checks of other types, are no findings", function(t)
    t:judge(test.contract_check { type = "deprecation" })
    t:passes()
    t:judge(test.contract_check { type = "freshness", status = "violation", severity = "critical" })
    t:passes()
  end),
})
