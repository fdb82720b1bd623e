local test <const> = require "floe.test"

-- A model with `tested` columns that have a test, and `untested` ones that have none.
local function model(layer, tested, untested, fields)
  local columns <const> = {}
  for index = 1, tested do
    columns[#columns + 1] = { name = "tested_" .. index, tests = { "not_null" } }
  end
  for index = 1, untested do
    columns[#columns + 1] = { name = "open_" .. index }
  end
  local given <const> = fields or {}
  given.name, given.layer, given.columns = given.name or layer .. "_orders", layer, columns
  return test.model(given)
end

return test.suite("coverage.columns", {
  test.case("a model exactly at its layer's threshold passes", function(t)
    t:judge(model("silver", 4, 1))
    t:passes()
    t:judge(model("bronze", 1, 1))
    t:passes()
    t:judge(model("gold", 3, 0))
    t:passes()
  end),

  test.case("a model below its layer's threshold is reported with the columns to test", function(t)
    t:judge(model("gold", 2, 1))
    t:finds {
      code = "FLOE-E211",
      subject = "model.shop.gold_orders",
      expected = "at least 100% of the columns in layer gold",
      actual = "66.6%",
      suggestions = { "add a test to column 'open_1'" },
    }
  end),

  test.case("at most five columns are named", function(t)
    local findings <const> = t:judge(model("gold", 0, 9))
    t:finds { code = "FLOE-E211", actual = "0%" }
    t:equal(#findings[1].suggestions, 5, "suggestions")
  end),

  test.case("a test on the whole model covers no column", function(t)
    t:judge(test.model { name = "gold_a", layer = "gold", columns = { "id" }, tests = { "dbt_utils.at_least_one" } })
    t:finds { code = "FLOE-E211" }
  end),

  test.case("a model without a layer, or of a layer without threshold, is judged only over the project", function(t)
    t:judge(test.model { name = "orders", columns = { "id" } })
    t:passes()
    t:judge(model("raw", 0, 3))
    t:passes()
  end),

  test.case("thresholds are params", function(t)
    t:judge(model("raw", 1, 3), { layers = { raw = 30 } })
    t:finds { code = "FLOE-E211", actual = "25%" }
  end),

  test.case("the project is measured over all models and noted", function(t)
    local project <const> = test.project { models = { model("bronze", 3, 1), model("silver", 5, 1) } }
    t:judge(project)
    t:passes()
    t:notes("test coverage 80% (required: 80%)")
  end),

  test.case("a project below the minimum is reported with columns by model", function(t)
    local project <const> = test.project { models = { model("bronze", 1, 1), model("silver", 4, 1) } }
    t:judge(project)
    t:finds {
      code = "FLOE-E210",
      subject = "project.shop",
      actual = "71.4%",
      suggestions = {
        "add a test to column 'bronze_orders.open_1'", "add a test to column 'silver_orders.open_1'",
      },
    }
    t:notes("test coverage 71.4% (required: 80%)")
    t:judge(project, { minimum = 71 })
    t:passes()
  end),

  test.case("what misses the minimum by a hair is not rounded up to it", function(t)
    t:judge(test.project { models = { model("raw", 799, 201) } }, { minimum = 79.95 })
    t:finds { code = "FLOE-E210", actual = "79.9%" }
  end),

  test.case("models of installed packages do not count", function(t)
    local vendor <const> = model("gold", 0, 9, { name = "gold_vendor", package = "vendor" })
    t:judge(test.project { models = { model("gold", 1, 0), vendor } })
    t:passes()
    t:notes("test coverage 100% (required: 80%)")
  end),

  test.case("without declared columns nothing is measured, unless the params say so", function(t)
    local project <const> = test.project { models = { model("gold", 0, 0) } }
    t:judge(project)
    t:passes()
    t:notes("test coverage n/a (required: 80%)")
    t:judge(project, { zero_columns = "report_100_percent" })
    t:passes()
    t:notes("test coverage 100% (required: 80%)")
    t:judge(project, { zero_columns = "report_0_percent" })
    t:finds {
      { code = "FLOE-E210", actual = "0%" },
      { code = "FLOE-E211", actual = "0%", suggestions = { "declare the columns in the model's properties file" } },
    }
  end),

  test.case("an empty project passes in every way of counting", function(t)
    for _, way in ipairs({ "report_na", "report_100_percent", "report_0_percent" }) do
      t:judge(test.project {}, { zero_columns = way })
      t:passes()
    end
  end),

  test.case("technical columns can be left out", function(t)
    local orders <const> = test.model {
      name = "gold_orders", layer = "gold", columns = { { name = "id", tests = { "unique" } }, "_loaded_at" },
    }
    t:judge(orders)
    t:finds { code = "FLOE-E211", actual = "50%" }
    t:judge(orders, { exclude = { "_loaded_at" } })
    t:passes()
  end),

  test.case("a model whose columns a broken properties file may hold is not measured", function(t)
    local gold <const> = model("gold", 0, 0)
    t:judge(test.project { models = { gold }, problems = { test.dbt_problem {} } },
      { zero_columns = "report_0_percent" })
    t:passes()
  end),
})
