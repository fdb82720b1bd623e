local test <const> = require "floe.test"

local function node(more)
  local out <const> = { name = "orders", rows = 400, usual_rows = 1000, past_runs = 3 }
  for key, value in pairs(more or {}) do
    out[key] = value
  end
  return test.run_node(out)
end

return test.suite("run.row_drop", {
  test.case("a table that lost more rows than it may is reported", function(t)
    t:judge(node())
    t:finds { code = "FLOE-E804", subject = "model.shop.orders", expected = "at least 500 rows", actual = "400 rows" }
    t:judge(node { rows = 500 })
    t:passes()
    t:judge(node { rows = 2000 })
    t:passes()
  end),

  test.case("an empty table is reported unless it was always small", function(t)
    t:judge(node { kind = "seed", rows = 0 })
    t:finds { code = "FLOE-E804", subject = "seed.shop.orders", actual = "0 rows" }
    t:judge(node { rows = 0, usual_rows = 99 })
    t:passes()
  end),

  test.case("the platform says how much may be missing", function(t)
    t:judge(node { rows = 899 }, { maximum_drop = 10 })
    t:finds { code = "FLOE-E804", expected = "at least 900 rows" }
    t:judge(node(), { maximum_drop = 60 })
    t:passes()
  end),

  test.case("without a history, and without a count, nothing is known", function(t)
    t:judge(test.run_node { rows = 1 })
    t:passes()
    t:judge(node { past_runs = 1 })
    t:passes()
    t:judge(test.run_node { usual_rows = 1000, past_runs = 3 })
    t:passes()
  end),

  test.case("of an incremental model only new rows are counted", function(t)
    t:judge(node { materialization = "incremental" })
    t:passes()
    t:judge(node { materialization = "incremental" }, { incremental = true })
    t:finds { code = "FLOE-E804" }
    t:judge(test.run { moment = "after", full_refresh = true, nodes = { node { materialization = "incremental" } } })
    t:finds { code = "FLOE-E804" }
  end),

  test.case("what failed, and tests, have no rows to lose", function(t)
    t:judge(node { status = "error" })
    t:passes()
    t:judge(node { kind = "test" })
    t:passes()
  end),
})
