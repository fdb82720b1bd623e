local test <const> = require "floe.test"

local function judge(t, lifecycle, as_of, params)
  t:judge(test.contract { status = lifecycle.status, lifecycle = lifecycle }, params, { as_of = as_of or "2026-03-01" })
end

return test.suite("contract.lifecycle", {
  test.case("a contract that says nothing of its end passes", function(t)
    judge(t, { status = "active" })
    t:passes()
  end),

  test.case("one that is announced, with thirty days to its sunset, passes in every stage", function(t)
    local dates <const> = { announced = "2026-02-01", sunset = "2026-03-03" }
    for _, stage in ipairs {
      { "active", "2026-01-31" }, { "deprecated", "2026-02-01" }, { "deprecated", "2026-03-02" },
      { "sunset", "2026-03-03" }, { "sunset", "2026-03-09" }, { "retired", "2026-03-10" },
    } do
      dates.status = stage[1]
      judge(t, dates, stage[2])
      t:passes()
    end
  end),

  test.case("twenty-nine days of notice are too few", function(t)
    judge(t, { status = "deprecated", announced = "2026-02-01", sunset = "2026-03-02" })
    t:finds { code = "FLOE-E525", path = "deprecation.sunset_date", actual = "2026-03-02" }
  end),

  test.case("a platform may ask for more notice", function(t)
    judge(t, { status = "deprecated", announced = "2026-02-01", sunset = "2026-03-03" }, nil, { notice_days = 90 })
    t:finds { code = "FLOE-E525" }
  end),

  test.case("the sunset lasts a week", function(t)
    judge(t, { status = "deprecated", announced = "2026-01-01", sunset = "2026-03-02", retired = "2026-03-08" })
    t:finds { code = "FLOE-E525", path = "deprecation.retired_date", actual = "2026-03-08" }
  end),

  test.case("a deprecated contract without dates is reported", function(t)
    judge(t, { status = "deprecated" })
    t:finds { code = "FLOE-E525", path = "deprecation", actual = "no dates" }
  end),

  test.case("a day that is none is reported, and nothing is made of its absence", function(t)
    judge(t, {
      status = "deprecated", announced = "2026-02-01", wrong = { { key = "sunset_date", value = "2026-02-31" } },
    })
    t:finds { code = "FLOE-E525", path = "deprecation.sunset_date", actual = "2026-02-31" }
  end),

  test.case("a sunset alone does not say that the contract is active until then", function(t)
    judge(t, { status = "deprecated", sunset = "2026-05-01" })
    t:finds { code = "FLOE-E525", actual = "no day of the announcement" }
  end),

  test.case("a sunset before its announcement is no notice", function(t)
    judge(t, { status = "active", announced = "2026-04-01", sunset = "2026-03-20" })
    t:finds { code = "FLOE-E525", path = "deprecation.sunset_date", suggestions = {
      "write `sunset_date: 2026-05-01` or a later day",
    } }
  end),

  test.case("a status behind the dates is reported with what it should be", function(t)
    judge(t, { status = "active", announced = "2026-01-01", sunset = "2026-02-25" })
    t:finds { code = "FLOE-E526", path = "status", expected = "sunset", actual = "active" }
  end),

  test.case("a port that still serves a retired contract is reported", function(t)
    local contract <const> = test.contract {
      status = "retired", lifecycle = { status = "retired", announced = "2026-01-01", sunset = "2026-02-01" },
    }
    t:judge(test.product {
      contracts = { contract }, output_ports = { test.port { name = "orders", contract = contract } },
    }, nil, { as_of = "2026-03-01" })
    t:finds { code = "FLOE-E526", at = "port.shop.orders" }
  end),
})
