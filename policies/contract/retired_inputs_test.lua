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

return test.suite("contract.retired_inputs", {
  test.case("a product that reads by no known contract passes", function(t)
    t:judge(test.product {})
    t:passes()
  end),

  test.case("an active contract passes", function(t)
    t:judge(product { status = "active" })
    t:passes()
  end),

  test.case("a contract takes new consumers until its sunset", function(t)
    t:judge(product(DATES), nil, { as_of = "2026-02-19" })
    t:passes()
    t:judge(product(DATES), nil, { as_of = "2026-02-20" })
    t:finds {
      code = "FLOE-E528", path = "crm.core/accounts", actual = "sunset since 2026-02-20, retired on 2026-02-27",
      suggestions = { "move to crm.core/people" },
    }
  end),

  test.case("who read by it before may do so until its end, and no longer", function(t)
    t:judge(product(DATES, true), nil, { as_of = "2026-02-26" })
    t:passes()
    t:judge(product(DATES, true), nil, { as_of = "2026-02-27" })
    t:finds { code = "FLOE-E528", actual = "retired since 2026-02-27" }
  end),

  test.case("the status alone is enough", function(t)
    t:judge(product { status = "retired" })
    t:finds { code = "FLOE-E528", actual = "retired", suggestions = { "ask its owner what replaces it" } }
  end),
})
