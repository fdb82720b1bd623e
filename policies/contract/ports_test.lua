local test <const> = require "floe.test"

local function contract(columns, fields)
  local given <const> = fields or {}
  given.tables = { { name = given.table_name or "gold_customers", columns = columns } }
  given.table_name = nil
  return test.contract(given)
end

return test.suite("contract.ports", {
  test.case("a table that its model builds is promised rightly", function(t)
    local model <const> = test.model { name = "gold_customers" }
    t:judge(test.product { contracts = { contract { "id" } }, project = test.project { models = { model } } })
    t:passes()
  end),

  test.case("a contract that cannot be read may describe any port", function(t)
    local function judge(code)
      local broken <const> = test.contract { tables = {}, problems = { { code = code, message = "broken" } } }
      t:judge(test.product { contracts = { broken }, output_ports = { test.port { name = "orders" } } })
    end
    judge "FLOE-E509"
    t:passes()
    judge "FLOE-E501"
    t:finds { code = "FLOE-E508", subject = "port.shop.orders" }
  end),

  test.case("a contract that stands alone is not compared", function(t)
    t:judge(contract({ "id" }))
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

  test.case("a model that may stand in a file that could not be read may serve the table", function(t)
    local promise <const> = test.contract { tables = { { name = "orders" } } }
    t:judge(test.product { contracts = { promise }, project = test.project { problems = { test.dbt_problem {} } } })
    t:passes()
    t:judge(test.product { contracts = { promise }, project = test.project {} })
    t:finds { code = "FLOE-E508" }
  end),
})
