local test <const> = require "floe.test"

local function column(layer, fields)
  local given <const> = fields or {}
  given.name, given.node = "amount", { name = "orders", layer = layer }
  return test.column(given)
end

return test.suite("documentation.column", {
  test.case("a described column passes in every layer", function(t)
    t:judge(column("gold", { description = "In euros." }))
    t:passes()
  end),

  test.case("a gold column without description is reported", function(t)
    t:judge(column("gold"))
    t:finds {
      code = "FLOE-E221", subject = "model.shop.orders.amount", field = "description", actual = "none",
      expected = "every column in layer gold is described",
    }
    t:judge(column("gold", { description = " \n" }))
    t:finds { code = "FLOE-E221" }
  end),

  test.case("other layers are left alone, and models without one", function(t)
    t:judge(column("silver"))
    t:passes()
    t:judge(column(nil))
    t:passes()
  end),

  test.case("a sensitive column is described in any layer, also in a source", function(t)
    t:judge(column("bronze", { meta = { classification = "pii" } }))
    t:finds { code = "FLOE-E221", expected = "every pii column is described" }
    t:judge(column("bronze", { meta = { classification = "internal" } }))
    t:passes()
    t:judge(test.source { columns = { { name = "email", meta = { floe = { classification = "pii" } } } } })
    t:finds { code = "FLOE-E221", subject = "source.shop.crm.accounts.email" }
  end),

  test.case("layers and classifications are params, and a star stands for every column", function(t)
    t:judge(column("silver"), { layers = { "silver" } })
    t:finds { code = "FLOE-E221" }
    t:judge(column(nil), { layers = { "*" } })
    t:finds { code = "FLOE-E221", expected = "every column is described" }
    t:judge(column("bronze", { meta = { classification = "pii" } }), { classifications = {} })
    t:passes()
  end),

  test.case("a classification that is no word asks for nothing", function(t)
    t:judge(column("bronze", { meta = { classification = { "pii" } } }))
    t:passes()
  end),

  test.case("columns of which only a run knows are not reported", function(t)
    t:judge(test.model { layer = "gold", columns = { "id" }, partial = { { about = "columns" } } })
    t:passes()
  end),
})
