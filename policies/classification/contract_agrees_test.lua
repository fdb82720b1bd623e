local test <const> = require "floe.test"

-- A product whose contract calls gold_customers.email `promised`, and whose model calls it `marked`.
local function product(promised, marked)
  local contract <const> = test.contract {
    tables = { { name = "gold_customers", columns = { { name = "email", classification = promised }, "id" } } },
  }
  local model <const> = test.model {
    name = "gold_customers", columns = { { name = "email", meta = { classification = marked } }, "extra" },
  }
  return test.product { contracts = { contract }, project = test.project { models = { model } } }
end

return test.suite("classification.contract_agrees", {
  test.case("the same word on both sides, or on none, passes", function(t)
    t:judge(product("pii", "pii"))
    t:passes()
    t:judge(product(nil, nil))
    t:passes()
  end),

  test.case("different words are reported at the contract's column", function(t)
    t:judge(product("public", "confidential"))
    t:finds {
      code = "FLOE-E233", subject = "contract.orders-contract", at = "contract.orders-contract.gold_customers.email",
      field = "classification", path = "gold_customers.email", expected = "confidential", actual = "public",
    }
  end),

  test.case("the weaker side is asked to say what the stricter one says", function(t)
    t:judge(product("internal", "confidential"))
    t:finds {
      expected = "confidential", actual = "internal", suggests = "classification: confidential in the contract",
    }
    t:judge(product("pii", "internal"))
    t:finds {
      at = "model.shop.gold_customers.email", path = "gold_customers.email", expected = "pii", actual = "internal",
      suggests = "meta: { classification: pii } in the model's properties",
    }
  end),

  test.case("a sensitive word on one side only is reported", function(t)
    t:judge(product("pii", nil))
    t:finds {
      code = "FLOE-E233", at = "model.shop.gold_customers.email", actual = "unmarked", expected = "pii",
      suggests = "meta: { classification: pii } in the model's properties",
    }
    t:judge(product(nil, "confidential"))
    t:finds { code = "FLOE-E233", actual = "unmarked", suggests = "classification: confidential in the contract" }
  end),

  test.case("a harmless word on one side only is not", function(t)
    t:judge(product("internal", nil))
    t:passes()
    t:judge(product(nil, "public"))
    t:passes()
    t:judge(product("internal", nil), { unmarked_from = "internal" })
    t:finds { code = "FLOE-E233" }
  end),

  test.case("a table is found through its port", function(t)
    local model <const> = test.model { name = "mart_c", columns = { { name = "email", meta = {} } } }
    local contract <const> = test.contract {
      tables = { { name = "customers", columns = { { name = "email", classification = "pii" } } } },
    }
    local port <const> = test.port { name = "customers", table = "gold.shop.customers", model = model }
    local project <const> = test.project { models = { model } }
    t:judge(test.product { contracts = { contract }, output_ports = { port }, project = project })
    t:finds { code = "FLOE-E233", path = "customers.email" }
  end),

  test.case("a word nobody knows counts as sensitive", function(t)
    t:judge(product("hush", nil))
    t:finds {
      code = "FLOE-E233", expected = "one known classification on both sides",
      actual = "hush in the contract, unmarked in dbt", suggestions = { "write one known word on both sides" },
    }
  end),

  test.case("the side with a word nobody knows is the one to mend", function(t)
    t:judge(product("pii", "piii"))
    t:finds {
      at = "model.shop.gold_customers.email", field = "meta", expected = "one known classification on both sides",
      actual = "pii in the contract, piii in dbt", suggestions = { "write one known word on both sides" },
    }
  end),

  test.case("a contract without a product, a project or a model compares nothing", function(t)
    t:judge(test.contract { tables = { customers = { columns = { email = { classification = "pii" } } } } })
    t:passes()
    t:judge(test.product { contracts = { test.contract { tables = { customers = { columns = { "email" } } } } } })
    t:passes()
  end),
})
