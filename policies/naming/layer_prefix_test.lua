local test <const> = require "floe.test"

local function model(name, fields)
  local given <const> = fields or {}
  given.name = name
  return test.model(given)
end

return test.suite("naming.layer_prefix", {
  test.case("names with a medallion prefix pass", function(t)
    for _, name in ipairs({ "bronze_crm_accounts", "silver_orders", "gold_x1_2" }) do
      t:judge(model(name))
      t:passes()
    end
  end),

  test.case("a name without a prefix is reported with one name a layer", function(t)
    t:judge(model("payments"))
    t:finds {
      code = "FLOE-E201",
      subject = "model.shop.payments",
      expected = "bronze_, silver_, gold_",
      actual = "payments",
      suggestions = { "bronze_payments", "silver_payments", "gold_payments" },
    }
  end),

  test.case("a staging prefix is translated", function(t)
    t:judge(model("stg_payments"))
    t:finds { code = "FLOE-E201", suggestions = { "bronze_payments" } }
  end),

  test.case("the layer that is known comes first", function(t)
    t:judge(model("stg_payments", { layer = "silver", layer_from = "folder" }))
    t:finds { code = "FLOE-E201", suggestions = { "silver_payments", "bronze_payments" } }
  end),

  test.case("a prefix alone, capitals and a digit behind the prefix are no names", function(t)
    for _, name in ipairs({ "silver_", "Silver_orders", "silver_Orders", "silver_1", "silver", "xsilver_a" }) do
      t:judge(model(name))
      t:finds { code = "FLOE-E201", actual = name }
    end
  end),

  test.case("kimball takes its own prefixes and data vault's", function(t)
    for _, name in ipairs({ "dim_customer", "fact_orders", "bridge_a", "hub_customer", "link_x", "sat_customer" }) do
      t:judge(model(name), { pattern = "kimball" })
      t:passes()
    end
    t:judge(model("gold_customers"), { pattern = "kimball" })
    t:finds { code = "FLOE-E201", suggestions = { "dim_customers", "fact_customers" } }
  end),

  test.case("custom layers are the organisation's", function(t)
    local params <const> = { pattern = "custom", custom = { staging = "stg_", base = "stg_base_" } }
    t:judge(model("stg_orders"), params)
    t:passes()
    t:judge(model("orders"), params)
    t:finds { code = "FLOE-E201", expected = "stg_base_, stg_", suggestions = { "stg_base_orders", "stg_orders" } }
    t:judge(model("stg_"), params)
    t:finds { code = "FLOE-E201" }
  end),

  test.case("custom patterns hold from the start of the name", function(t)
    local params <const> = { pattern = "custom", custom_patterns = { "(rpt|tmp)_\\d+" } }
    t:judge(model("rpt_2024"), params)
    t:passes()
    t:judge(model("old_rpt_2024"), params)
    t:finds { code = "FLOE-E201", suggestions = {} }
  end),

  test.case("a custom pattern that is no regular expression fails and does not pass", function(t)
    t:judge(model("orders"), { pattern = "custom", custom_patterns = { "(" } })
    t:raises("custom pattern '('")
  end),

  test.case("odd names are reported and do not break the policy", function(t)
    for _, name in ipairs({ "_", "123", "bücher", "a b", ("x"):rep(1000) }) do
      t:judge(model(name))
      t:finds { code = "FLOE-E201", actual = name }
    end
  end),

  test.case("models of installed packages are not judged", function(t)
    t:judge(test.project { models = { model("silver_orders"), model("stg_orders", { package = "vendor" }) } })
    t:passes()
  end),
})
