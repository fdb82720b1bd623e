local test <const> = require "floe.test"

local function contract(columns, table_name)
  return test.contract { tables = { { name = table_name or "gold_customers", columns = columns } } }
end

-- A product with the model gold_customers and a contract of these columns.
local function product(columns, catalog)
  local model <const> = test.model {
    name = "gold_customers", columns = { "customer_id", "revenue" }, catalog = catalog,
  }
  return test.product { contracts = { contract(columns) }, project = test.project { models = { model } } }
end

return test.suite("contract.columns", {
  test.case("columns that the model has pass", function(t)
    t:judge(product { "customer_id", "revenue" })
    t:passes()
  end),

  test.case("a promised column that the model lacks is reported at the contract's column", function(t)
    t:judge(product { "revenu" })
    t:finds {
      code = "FLOE-E531", subject = "contract.orders-contract", at = "contract.orders-contract.gold_customers.revenu",
      path = "gold_customers.revenu", expected = "a column of model 'gold_customers'", actual = "revenu",
      suggestions = { "revenue" },
    }
  end),

  test.case("capitals do not make another column, and a physical name counts", function(t)
    t:judge(product { "CUSTOMER_ID", { name = "turnover", physical_name = "REVENUE" } })
    t:passes()
  end),

  test.case("what only dbt's catalog knows exists too", function(t)
    t:judge(product({ "loyalty" }, { columns = { LOYALTY = { type = "INTEGER" } } }))
    t:passes()
    t:judge(product { "loyalty" })
    t:finds { path = "gold_customers.loyalty" }
  end),

  test.case("a model that declares no columns promises nothing either way", function(t)
    local model <const> = test.model { name = "gold_customers" }
    t:judge(test.product { contracts = { contract { "a" } }, project = test.project { models = { model } } })
    t:passes()
  end),

  test.case("the columns a port writes out are compared, and those of its model", function(t)
    local owner <const> = contract({ "id", "email" }, "customers")
    local port <const> = test.port {
      name = "customers", contract = owner, columns = { { name = "id" }, { type = "odd" } },
      model = test.model { name = "customers", columns = { "email" } },
    }
    t:judge(test.product { contracts = { owner }, output_ports = { port } })
    t:finds {
      { path = "customers.email", expected = "a column of output port 'customers'" },
      { path = "customers.id", expected = "a column of model 'customers'" },
    }
  end),

  test.case("a contract that stands alone is not compared", function(t)
    t:judge(contract { "id" })
    t:passes()
  end),
})
