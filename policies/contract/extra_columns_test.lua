local test <const> = require "floe.test"

local function product(columns)
  local contract <const> = test.contract {
    tables = {
      { name = "gold_orders", columns = { { name = "id" }, { name = "total", physical_name = "total_eur" } } },
    },
  }
  local model <const> = test.model { name = "gold_orders", columns = columns }
  return test.product { contracts = { contract }, project = test.project { models = { model } } }
end

return test.suite("contract.extra_columns", {
  test.case("a model with the contract's columns passes, by either name and in any case", function(t)
    t:judge(product { "ID", "TOTAL_EUR" })
    t:passes()
  end),

  test.case("a column that the contract leaves out is reported at its table", function(t)
    t:judge(product { "id", "total", "margin" })
    t:finds {
      code = "FLOE-E532", at = "contract.orders-contract.gold_orders", path = "gold_orders.margin", actual = "margin",
    }
  end),

  test.case("an excluded column may stay out", function(t)
    t:judge(product { "id", "total", "_loaded_at" }, { exclude = { "_loaded_at" } })
    t:passes()
  end),
  test.case("a column that only dbt's catalog has seen, or a port writes out, is reported too", function(t)
    local contract <const> = test.contract { tables = { { name = "gold_orders", columns = { "id" } } } }
    local model <const> = test.model {
      name = "gold_orders", columns = { "id" }, catalog = { columns = { MARGIN = { type = "INTEGER" } } },
    }
    local port <const> = test.port {
      name = "orders", table = "gold_orders", contract = contract, columns = { { name = "id" }, { name = "note" } },
    }
    t:judge(test.product {
      contracts = { contract }, output_ports = { port }, project = test.project { models = { model } },
    })
    t:finds { { path = "gold_orders.note", actual = "note" }, { path = "gold_orders.MARGIN", actual = "MARGIN" } }
  end),

  test.case("a contract that names no columns leaves none out", function(t)
    local contract <const> = test.contract { tables = { { name = "gold_orders", columns = {} } } }
    local model <const> = test.model { name = "gold_orders", columns = { "id" } }
    t:judge(test.product { contracts = { contract }, project = test.project { models = { model } } })
    t:passes()
  end),
})
