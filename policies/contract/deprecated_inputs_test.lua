local test <const> = require "floe.test"

local function product(lifecycle)
  local source <const> = test.source { name = "accounts" }
  return test.product {
    project = test.project { sources = { source } },
    inputs = { {
      name = "crm.accounts", at = source, reference = "crm.core/accounts", contract = "accounts", version = "1.2.0",
      lifecycle = lifecycle,
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

  test.case("a sunset is no longer this policy's", function(t)
    t:judge(product(DATES), nil, { as_of = "2026-02-20" })
    t:passes()
  end),

  test.case("the status alone is enough", function(t)
    t:judge(product { status = "deprecated" })
    t:finds { code = "FLOE-E527", actual = "deprecated" }
  end),
})
