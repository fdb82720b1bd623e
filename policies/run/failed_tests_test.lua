local test <const> = require "floe.test"

local function run(...)
  return test.run { moment = "after", nodes = { ... } }
end

return test.suite("run.failed_tests", {
  test.case("tests that pass, and models, are no findings", function(t)
    t:judge(run(test.run_node { kind = "test", name = "a" }, test.run_node { status = "error" }))
    t:passes()
  end),

  test.case("a test that fails is reported with its failing rows", function(t)
    t:judge(run(test.run_node { kind = "test", name = "unique_orders_id", status = "fail", failures = 3 }))
    t:finds { code = "FLOE-E805", subject = "test.shop.unique_orders_id", actual = "3 failing rows" }
  end),

  test.case("a unit test that could not run is reported", function(t)
    t:judge(run(test.run_node { kind = "unit_test", name = "a", status = "error", message = "no such column" }))
    t:finds { code = "FLOE-E805", actual = "error", suggests = "no such column" }
  end),

  test.case("a test that warns is reported where the platform asks for it", function(t)
    local warned <const> = run(test.run_node { kind = "test", status = "warn", failures = 1 })
    t:judge(warned)
    t:passes()
    t:judge(warned, { warnings = true })
    t:finds { code = "FLOE-E805", actual = "1 failing row" }
  end),

  test.case("a test that did not run failed nothing", function(t)
    t:judge(run(test.run_node { kind = "test", status = "skipped" }))
    t:passes()
  end),
})
