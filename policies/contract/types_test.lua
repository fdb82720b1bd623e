local test <const> = require "floe.test"

local COLUMNS <const> = {
  { name = "customer_id", data_type = "varchar(36)" },
  { name = "revenue", data_type = "decimal(18,2)" },
  { name = "since", data_type = "date" },
  { name = "note" },
}

-- A product with the model gold_customers and a contract of these columns.
local function product(columns, catalog)
  local model <const> = test.model { name = "gold_customers", columns = COLUMNS, catalog = catalog }
  local contract <const> = test.contract { tables = { { name = "gold_customers", columns = columns } } }
  return test.product { contracts = { contract }, project = test.project { models = { model } } }
end

return test.suite("contract.types", {
  test.case("types of the same family pass", function(t)
    t:judge(product {
      { name = "customer_id", logical_type = "string" }, { name = "revenue", logical_type = "number" },
      { name = "since", logical_type = "date" }, { name = "note", logical_type = "string" },
    })
    t:passes()
  end),

  test.case("a type of another family is reported", function(t)
    t:judge(product { { name = "since", logical_type = "timestamp" }, { name = "revenue", physical_type = "text" } })
    t:finds {
      { code = "FLOE-E530", path = "gold_customers.since.type", expected = "timestamp", actual = "date" },
      { code = "FLOE-E530", path = "gold_customers.revenue.type", expected = "text", actual = "decimal(18,2)" },
    }
  end),

  test.case("the very type that a contract names is right, whatever the logical type", function(t)
    t:judge(product { { name = "revenue", logical_type = "boolean", physical_type = "DECIMAL(18, 2)" } })
    t:passes()
  end),

  test.case("types nobody knows are not compared, nor columns that are not there", function(t)
    t:judge(product { { name = "since", logical_type = "moon_phase" }, { name = "gone", logical_type = "date" } })
    t:passes()
  end),

  test.case("a type that only dbt's catalog knows counts", function(t)
    t:judge(product({ { name = "loyalty", logical_type = "string" }, { name = "note", logical_type = "string" } },
      { columns = { LOYALTY = { type = "INTEGER" }, NOTE = { type = "BOOLEAN" } } }))
    t:finds {
      { path = "gold_customers.loyalty.type", actual = "INTEGER" },
      { path = "gold_customers.note.type", actual = "BOOLEAN" },
    }
  end),

  test.case("the type that a port writes out is compared", function(t)
    local owner <const> = test.contract {
      tables = { { name = "customers", columns = { { name = "id", logical_type = "integer" } } } },
    }
    local port <const> = test.port {
      name = "customers", contract = owner, columns = { { name = "id", type = "string" } },
    }
    t:judge(test.product { contracts = { owner }, output_ports = { port } })
    t:finds { path = "customers.id.type", expected = "integer", actual = "string" }
  end),
})
