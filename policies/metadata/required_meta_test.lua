local test <const> = require "floe.test"

local function orders(meta)
  return test.model { name = "gold_orders", meta = meta }
end

return test.suite("metadata.required_meta", {
  test.case("nothing is asked before fields are named", function(t)
    t:judge(orders({}))
    t:passes()
  end),

  test.case("fields that are stated pass, whatever their kind", function(t)
    t:judge(orders({ owner = "sales", floe = { retention = 7 }, critical = false }),
      { fields = { "owner", "floe.retention", "critical", "floe" } })
    t:passes()
  end),

  test.case("each missing field is its own finding", function(t)
    t:judge(orders({ owner = "sales" }), { fields = { "owner", "floe.retention", "team" } })
    t:finds {
      { code = "FLOE-E401", subject = "model.shop.gold_orders", path = "meta.floe.retention", actual = "missing" },
      { code = "FLOE-E401", path = "meta.team", field = "meta" },
    }
  end),

  test.case("an empty text states nothing", function(t)
    t:judge(orders({ owner = "" }), { fields = { "owner" } })
    t:finds { code = "FLOE-E401", actual = "an empty text" }
  end),

  test.case("a value where a map was expected is a missing field", function(t)
    for _, value in ipairs({ "text", 3, true }) do
      t:judge(orders({ floe = value }), { fields = { "floe.retention.days" } })
      t:finds { code = "FLOE-E401", path = "meta.floe.retention.days", actual = "missing" }
    end
    t:judge(orders({ floe = { "a" } }), { fields = { "floe.retention" } })
    t:finds { code = "FLOE-E401" }
  end),

  test.case("applies_to chooses the models", function(t)
    t:judge(orders({}), { fields = { "owner" }, applies_to = "silver_*" })
    t:passes()
  end),

  test.case("a model that a broken properties file may describe is not reported", function(t)
    local model <const> = test.model { name = "gold_a" }
    t:judge(test.project { models = { model }, problems = { test.dbt_problem {} } }, { fields = { "owner" } })
    t:passes()
    local described <const> = test.model { patch_file = "models/other.yml", name = "gold_a" }
    t:judge(test.project { models = { described }, problems = { test.dbt_problem {} } }, { fields = { "owner" } })
    t:finds { code = "FLOE-E401" }
  end),

  test.case("meta that only a run knows is not missing", function(t)
    t:judge(test.model { partial = { { about = "config.meta" } } }, { fields = { "owner" } })
    t:passes()
  end),
})
