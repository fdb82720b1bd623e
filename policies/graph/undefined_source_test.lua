local test <const> = require "floe.test"

local function project(depends_on, code)
  local accounts <const> = test.source { source_name = "crm", name = "accounts" }
  local reader <const> = test.model { name = "bronze_accounts", depends_on = depends_on, code = code }
  return test.project { models = { reader }, sources = { accounts } }
end

return test.suite("graph.undefined_source", {
  test.case("a declared source passes", function(t)
    t:judge(project({ "source.shop.crm.accounts" }))
    t:passes()
  end),

  test.case("an undeclared source is reported where it is read", function(t)
    t:judge(project({ "source.shop.crm.account" }, "select *\nfrom {{ source('crm', 'account') }}"))
    t:finds {
      code = "FLOE-E303", subject = "model.shop.bronze_accounts", path = "sources.crm.account", actual = "crm.account",
      line = 2, column = 9, suggestions = { "crm.accounts" },
    }
  end),

  test.case("nothing near is suggested where nothing is near", function(t)
    t:judge(project({ "source.shop.erp.invoices" }))
    t:finds { code = "FLOE-E303", actual = "erp.invoices", suggestions = {} }
  end),

  test.case("models that do not exist are another policy's", function(t)
    t:judge(project({ "model.shop.gone" }))
    t:passes()
  end),

  test.case("ids of an odd form break nothing", function(t)
    t:judge(project({ "source.", "source.shop", "source.shop.a.b.c%d" }, "source("))
    t:finds { { actual = "source." }, { actual = "source.shop" }, { actual = "a.b.c%d" } }
  end),

  test.case("a source behind a condition, or that a file that was not read may declare, is not reported", function(t)
    local id <const> = "source.shop.erp.invoices"
    t:judge(test.project { models = {
      test.model { depends_on = { id }, conditional = { { unique_id = id, taken = true } } },
    } })
    t:passes()
    t:judge(test.project { models = { test.model { depends_on = { id } } }, problems = { test.dbt_problem {} } })
    t:passes()
  end),
})
