local test <const> = require "floe.test"

local REQUIRED <const> = { required = true }

return test.suite("contract.present", {
  test.case("a product needs no contract where the platform requires none", function(t)
    t:judge(test.product {})
    t:passes()
  end),

  test.case("a product with neither a contract nor a port is reported where contracts are required", function(t)
    t:judge(test.product { name = "shop" }, REQUIRED)
    t:finds { code = "FLOE-E500", subject = "sales.shop", actual = "neither a contract nor an output port" }
  end),

  test.case("a contract is enough, and so is an output port", function(t)
    t:judge(test.product { contracts = { test.contract {} } }, REQUIRED)
    t:passes()
    t:judge(test.product { output_ports = { test.port { name = "orders" } } }, REQUIRED)
    t:passes()
  end),

  test.case("a port is not enough where no contract is made of it", function(t)
    for _, generation in ipairs { { enabled = false }, { from_ports = false } } do
      t:judge(test.product {
        output_ports = { test.port { name = "orders" } },
        governance = { data_contracts = { auto_generation = generation } },
      }, REQUIRED)
      t:finds { code = "FLOE-E500", expected = "a datacontract.yaml" }
    end
  end),
})
