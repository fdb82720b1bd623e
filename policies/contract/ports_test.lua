local test <const> = require "floe.test"

local COLUMNS <const> = {
  { name = "customer_id", data_type = "varchar(36)" },
  { name = "revenue", data_type = "decimal(18,2)" },
  { name = "since", data_type = "date" },
  { name = "note" },
}

local function contract(columns, fields)
  local given <const> = fields or {}
  given.tables = { { name = given.table_name or "gold_customers", columns = columns } }
  given.table_name = nil
  return test.contract(given)
end

-- A product with the model gold_customers and a contract of these columns.
local function product(columns, fields)
  local model <const> = test.model { name = "gold_customers", columns = COLUMNS, catalog = fields and fields.catalog }
  return test.product { contracts = { contract(columns) }, project = test.project { models = { model } } }
end

return test.suite("contract.ports", {
  test.case("columns that exist with a type of the same family pass", function(t)
    t:judge(product({
      { name = "customer_id", logical_type = "string" }, { name = "revenue", logical_type = "number" },
      { name = "since", logical_type = "date" }, { name = "note", logical_type = "string" },
    }))
    t:passes()
  end),

  test.case("a promised column that the model lacks is reported at the contract's column", function(t)
    t:judge(product({ { name = "revenu", logical_type = "number" } }))
    t:finds {
      code = "FLOE-E531", subject = "contract.orders-contract", at = "contract.orders-contract.gold_customers.revenu",
      path = "gold_customers.revenu", actual = "revenu", suggestions = { "revenue" },
    }
  end),

  test.case("a type of another family is reported", function(t)
    t:judge(product({ { name = "since", logical_type = "timestamp" }, { name = "revenue", physical_type = "text" } }))
    t:finds {
      { code = "FLOE-E530", path = "gold_customers.since.type", expected = "timestamp", actual = "date" },
      { code = "FLOE-E530", path = "gold_customers.revenue.type", expected = "text", actual = "decimal(18,2)" },
    }
  end),

  test.case("the very type that a contract names is right, whatever the logical type", function(t)
    t:judge(product({ { name = "revenue", logical_type = "boolean", physical_type = "DECIMAL(18, 2)" } }))
    t:passes()
  end),

  test.case("types nobody knows are not compared", function(t)
    t:judge(product({ { name = "since", logical_type = "moon_phase" } }))
    t:passes()
  end),

  test.case("capitals do not make another column", function(t)
    t:judge(product({ { name = "CUSTOMER_ID", logical_type = "string" } }))
    t:passes()
  end),

  test.case("what only the catalog knows exists too", function(t)
    local catalog <const> = { columns = { LOYALTY = { type = "INTEGER" }, NOTE = { type = "BOOLEAN" } } }
    t:judge(product({ { name = "loyalty", logical_type = "string" }, { name = "note" } }, { catalog = catalog }))
    t:finds { code = "FLOE-E530", path = "gold_customers.loyalty.type", actual = "INTEGER" }
  end),

  test.case("a model that declares no columns promises nothing either way", function(t)
    local model <const> = test.model { name = "gold_customers" }
    t:judge(test.product { contracts = { contract({ "a" }) }, project = test.project { models = { model } } })
    t:passes()
  end),

  test.case("a table that neither a port nor a model provides is reported", function(t)
    local owner <const> = contract({ "id" }, { table_name = "custommers" })
    t:judge(test.product { contracts = { owner }, project = test.project {}, output_ports = {
      test.port { name = "customers", contract = owner },
    } })
    t:finds {
      { code = "FLOE-E508", subject = "port.shop.customers", expected = "a table 'customers'" },
      {
        code = "FLOE-E508", subject = "contract.orders-contract", at = "contract.orders-contract.custommers",
        suggestions = { "customers" },
      },
    }
  end),

  test.case("a port with the table's name is enough, and so is its written table", function(t)
    local owner <const> = contract({ "id" }, { table_name = "customers" })
    local port <const> = test.port { name = "clients", table = "gold.my_product.customers", contract = owner }
    t:judge(test.product { contracts = { owner }, output_ports = { port } })
    t:passes()
  end),

  test.case("the columns a port writes out are compared", function(t)
    local owner <const> = contract({ { name = "id", logical_type = "integer" }, "email" }, { table_name = "customers" })
    local port <const> = test.port {
      name = "customers", contract = owner, columns = { { name = "id", type = "string" }, { type = "odd" } },
    }
    t:judge(test.product { contracts = { owner }, output_ports = { port } })
    t:finds { { path = "customers.id.type", actual = "string" }, { path = "customers.email", actual = "email" } }
  end),

  test.case("a contract made of a port does not stand for one that is written", function(t)
    local made <const> = contract({ "id" }, { table_name = "orders", id = "made", source = "port" })
    local port <const> = test.port { name = "orders", contract = made }
    t:judge(test.product { contracts = { made }, output_ports = { port } })
    t:passes()
    local written <const> = contract({ "id" }, { table_name = "customers" })
    t:judge(test.product {
      contracts = { made, written }, output_ports = { port, test.port { name = "customers", contract = written } },
    })
    t:finds { code = "FLOE-E508", subject = "port.shop.orders", actual = "no contract" }
  end),

  test.case("once a product has a contract, every port needs one", function(t)
    local owner <const> = contract({ "id" }, { table_name = "customers" })
    local described <const> = test.port { name = "customers", contract = owner }
    t:judge(test.product { contracts = { owner }, output_ports = { described, test.port { name = "orders" } } })
    t:finds { code = "FLOE-E508", subject = "port.shop.orders", actual = "no contract" }
    t:judge(test.product { output_ports = { test.port { name = "orders" } } })
    t:passes()
  end),

  test.case("a contract that stands alone is not compared", function(t)
    t:judge(contract({ "id" }))
    t:passes()
  end),

  test.case("a model that may stand in a file that could not be read may serve the table", function(t)
    local promise <const> = test.contract { tables = { { name = "orders" } } }
    t:judge(test.product { contracts = { promise }, project = test.project { problems = { test.dbt_problem {} } } })
    t:passes()
    t:judge(test.product { contracts = { promise }, project = test.project {} })
    t:finds { code = "FLOE-E508" }
  end),
})
