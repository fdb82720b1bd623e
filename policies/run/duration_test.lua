local test <const> = require "floe.test"

return test.suite("run.duration", {
  test.case("a run without a history and a limit may take its time", function(t)
    t:judge(test.run { moment = "after", seconds = 36000 })
    t:passes()
  end),

  test.case("a run that takes longer than the platform allows is reported", function(t)
    t:judge(test.run { moment = "after", seconds = 5400 }, { maximum_minutes = 60 })
    t:finds { code = "FLOE-E803", subject = "run.sales.shop", expected = "at most 1h", actual = "1h30m" }
    t:judge(test.run { moment = "after", seconds = 3600 }, { maximum_minutes = 60 })
    t:passes()
  end),

  test.case("a run that takes many times longer than the last ones is reported", function(t)
    local given <const> = { moment = "after", seconds = 400, usual_seconds = 100, past_runs = 3 }
    t:judge(test.run(given))
    t:finds { code = "FLOE-E803", expected = "at most 5m", actual = "6m40s" }
    t:judge(test.run(given), { factor = 4 })
    t:passes()
  end),

  test.case("two runs are not enough to know what is usual", function(t)
    t:judge(test.run { moment = "after", seconds = 400, usual_seconds = 100, past_runs = 2 })
    t:passes()
  end),

  test.case("a node is held to its own history, and not to the limit of the run", function(t)
    local node <const> = test.run_node { name = "orders", seconds = 90, usual_seconds = 10, past_runs = 5 }
    t:judge(test.run { moment = "after", nodes = { node } }, { maximum_minutes = 1 })
    t:finds { code = "FLOE-E803", subject = "model.shop.orders", expected = "at most 1m" }
  end),

  test.case("what takes seconds may take more of them", function(t)
    local node <const> = test.run_node { seconds = 50, usual_seconds = 1, past_runs = 5 }
    t:judge(test.run { moment = "after", nodes = { node } })
    t:passes()
  end),

  test.case("what failed is held to the same limits", function(t)
    t:judge(test.run { moment = "after", status = "failed", seconds = 9000 }, { maximum_minutes = 1 })
    t:finds { code = "FLOE-E803", subject = "run.sales.shop", expected = "at most 1m" }
    local node <const> = test.run_node {
      name = "orders", status = "error", seconds = 90, usual_seconds = 10, past_runs = 5,
    }
    t:judge(test.run { moment = "after", status = "failed", nodes = { node } })
    t:finds { code = "FLOE-E803", subject = "model.shop.orders", expected = "at most 1m" }
  end),

  test.case("before a run, and of what was interrupted or skipped, nothing is said", function(t)
    t:judge(test.run { usual_seconds = 100, past_runs = 9 })
    t:passes()
    t:judge(test.run { moment = "after", status = "aborted", seconds = 9000 }, { maximum_minutes = 1 })
    t:passes()
    local node <const> = test.run_node { status = "skipped", seconds = 90, usual_seconds = 10, past_runs = 5 }
    t:judge(test.run { moment = "after", status = "failed", nodes = { node } })
    t:passes()
  end),
})
