local test <const> = require "floe.test"

local function product(lifecycle, existing)
  local source <const> = test.source { name = "accounts" }
  return test.product {
    project = test.project { sources = { source } },
    inputs = { {
      name = "crm.accounts", at = source, reference = "crm.core/accounts", contract = "accounts", version = "1.2.0",
      lifecycle = lifecycle, existing = existing or false,
    } },
  }
end

local DATES <const> = { announced = "2026-01-10", sunset = "2026-02-20", replacement = "crm.core/people" }

return test.suite("contract.deprecated_inputs", {
  test.case("a product that reads by no known contract passes", function(t)
    t:judge(test.product {})
    t:passes()
  end),

  test.case("an active contract passes", function(t)
    t:judge(product { status = "active" })
    t:passes()
  end),

  test.case("an input is reported from the day its contract is deprecated, with what replaces it", function(t)
    t:judge(product(DATES), nil, { as_of = "2026-01-09" })
    t:passes()
    t:judge(product(DATES), nil, { as_of = "2026-01-10" })
    t:finds { code = "FLOE-E527", path = "crm.core/accounts", suggestions = { "move to crm.core/people" } }
  end),

  test.case("in sunset only who read by it before is told here, until its end", function(t)
    t:judge(product(DATES), nil, { as_of = "2026-02-20" })
    t:passes()
    t:judge(product(DATES, true), nil, { as_of = "2026-02-20" })
    t:finds { code = "FLOE-E527", actual = "sunset since 2026-02-20, retired on 2026-02-27" }
    t:judge(product(DATES, true), { sunset_days = 3 }, { as_of = "2026-02-23" })
    t:passes()
  end),

  test.case("the status alone is enough", function(t)
    t:judge(product { status = "deprecated" })
    t:finds { code = "FLOE-E527", actual = "deprecated" }
  end),
})
