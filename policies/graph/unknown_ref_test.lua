local test <const> = require "floe.test"

local function project(depends_on, code)
  local orders <const> = test.model { name = "silver_orders" }
  local reader <const> = test.model { name = "gold_orders", depends_on = depends_on, code = code }
  return test.project { models = { orders, reader }, seeds = { test.seed { name = "countries" } } }
end

return test.suite("graph.unknown_ref", {
  test.case("references to what exists pass", function(t)
    t:judge(project({ "model.shop.silver_orders", "seed.shop.countries" }))
    t:passes()
  end),

  test.case("a reference to nothing is reported where it is written", function(t)
    t:judge(project({ "model.shop.silver_order" }, "select *\nfrom {{ ref('silver_order') }}"))
    t:finds {
      code = "FLOE-E301", subject = "model.shop.gold_orders", path = "refs.silver_order", line = 2, column = 9,
      actual = "model.shop.silver_order", suggestions = { "silver_orders" },
    }
  end),

  test.case("a reference with a package, a version or odd letters is found too", function(t)
    t:judge(project({ "model.vendor.a%b-c.v2" }, "{{ ref('vendor', 'a%b-c', v=2) }}"))
    t:finds { code = "FLOE-E301", path = "refs.a%b-c", line = 1, column = 4 }
  end),

  test.case("a reference that a macro makes has no place of its own", function(t)
    t:judge(project({ "model.shop.hidden" }, "{{ my_macro() }}"))
    t:finds { code = "FLOE-E301", actual = "model.shop.hidden" }
  end),

  test.case("sources and macros are not references", function(t)
    t:judge(project({ "source.shop.crm.gone", "macro.shop.gone" }))
    t:passes()
  end),

  test.case("dependsOn in floe.yaml leads to a transform or a model", function(t)
    t:judge(test.product {
      project = project(),
      transforms = {
        { type = "dbt", path = "models/" },
        { name = "a", dependsOn = { "silver_orders" } },
        { name = "b", depends_on = { "a", "gold_order" } },
      },
    })
    t:finds {
      code = "FLOE-E301", subject = "sales.shop", path = "transforms.b.dependsOn.gold_order", actual = "gold_order",
      suggestions = { "gold_orders" },
    }
  end),

  test.case("a product without dbt is judged by its transforms alone", function(t)
    t:judge(test.product { transforms = { { name = "a" }, { name = "b", dependsOn = { "a", "c" } } } })
    t:finds { code = "FLOE-E301", actual = "c" }
  end),

  test.case("dependsOn of another shape breaks nothing", function(t)
    t:judge(test.product { transforms = { { name = "a", dependsOn = "b" }, { dependsOn = { 3, true } } } })
    t:finds { { code = "FLOE-E301", actual = "3" }, { code = "FLOE-E301", actual = "true" } }
  end),

  test.case("what hangs on a condition, or may stand in a file that could not be read, is not unknown", function(t)
    t:judge(test.project { models = {
      test.model { depends_on = { "model.shop.gone" }, conditional = { { unique_id = "model.shop.gone" } } },
    } })
    t:passes()
    local reader <const> = test.model { depends_on = { "model.shop.gone" } }
    t:judge(test.project { models = { reader }, problems = { test.dbt_problem { severity = "unread" } } })
    t:passes()
    t:judge(test.product {
      project = test.project { problems = { test.dbt_problem {} } },
      transforms = { { name = "a", dependsOn = { "b" } } },
    })
    t:passes()
  end),

  test.case("a deprecation, or a doubt elsewhere, hides no unknown reference", function(t)
    local reader <const> = test.model { depends_on = { "model.shop.gone" }, partial = { { about = "edges" } } }
    t:judge(test.project { models = { reader }, problems = { test.dbt_problem { severity = "deprecation" } } })
    t:finds { code = "FLOE-E301", actual = "model.shop.gone" }
  end),
})
