local test <const> = require "floe.test"

local function orders(tags)
  return test.model { name = "gold_orders", tags = tags }
end

return test.suite("metadata.required_tags", {
  test.case("nothing is asked before tags are named", function(t)
    t:judge(orders())
    t:passes()
  end),

  test.case("all tags are there", function(t)
    t:judge(orders({ "daily", "finance", "extra" }), { tags = { "finance", "daily" } })
    t:passes()
  end),

  test.case("the missing tags are named", function(t)
    t:judge(orders({ "daily" }), { tags = { "finance", "daily", "eu" } })
    t:finds {
      code = "FLOE-E400", subject = "model.shop.gold_orders", expected = "tags: finance, daily, eu", actual = "daily",
      suggestions = { "tags: [finance, eu]" },
    }
    t:judge(orders(), { tags = { "finance" } })
    t:finds { code = "FLOE-E400", actual = "no tags" }
  end),

  test.case("tags are compared whole and with their capitals", function(t)
    t:judge(orders({ "Finance", "finance_eu" }), { tags = { "finance" } })
    t:finds { code = "FLOE-E400" }
  end),

  test.case("prefix and applies_to choose the models", function(t)
    t:judge(orders(), { tags = { "finance" }, prefix = "silver_" })
    t:passes()
    t:judge(orders(), { tags = { "finance" }, prefix = "gold_" })
    t:finds { code = "FLOE-E400" }
    t:judge(orders(), { tags = { "finance" }, applies_to = "*_customers" })
    t:passes()
    t:judge(orders(), { tags = { "finance" }, applies_to = "*_orders" })
    t:finds { code = "FLOE-E400" }
  end),

  test.case("a prefix is no pattern", function(t)
    t:judge(orders(), { tags = { "finance" }, prefix = "g.*" })
    t:passes()
  end),

  test.case("a model that a broken properties file may describe is not reported", function(t)
    local model <const> = test.model { name = "gold_a" }
    t:judge(test.project { models = { model }, problems = { test.dbt_problem {} } }, { tags = { "daily" } })
    t:passes()
    local described <const> = test.model { patch_file = "models/other.yml", name = "gold_a" }
    t:judge(test.project { models = { described }, problems = { test.dbt_problem {} } }, { tags = { "daily" } })
    t:finds { code = "FLOE-E400" }
  end),

  test.case("tags that only a run knows are not missing", function(t)
    t:judge(test.model { partial = { { about = "config.tags" } } }, { tags = { "daily" } })
    t:passes()
  end),
})
