local test <const> = require "floe.test"

local function node(builder, name, meta, fields)
  local given <const> = fields or {}
  given.name, given.columns = name, { { name = "email", meta = meta }, "id" }
  return builder(given)
end

-- A model below a parent whose email carries `above`; its own email carries `below`.
local function chain(above, below, fields)
  local given <const> = fields or {}
  given.parents = { node(test.model, "bronze_customers", above) }
  local model <const> = node(test.model, "gold_customers", below, given)
  test.project { models = { given.parents[1], model } }
  return model
end

local PII <const> = { classification = "pii" }

return test.suite("classification.downgrade", {
  test.case("a mark that is carried on or raised passes", function(t)
    t:judge(chain(PII, PII))
    t:passes()
    t:judge(chain({ classification = "internal" }, { floe = { classification = "pii" } }))
    t:passes()
    t:judge(chain({}, {}))
    t:passes()
  end),

  test.case("a lower mark is reported at the column", function(t)
    t:judge(chain(PII, { classification = "internal" }))
    t:finds {
      code = "FLOE-E232", subject = "model.shop.gold_customers", at = "model.shop.gold_customers.email",
      path = "columns.email", expected = "pii, or a declared masker", actual = "internal",
      suggests = "meta: { classification: pii }",
    }
  end),

  test.case("a lost mark is reported from confidential on", function(t)
    t:judge(chain(PII, {}))
    t:finds { code = "FLOE-E232", actual = "unmarked" }
    t:judge(chain({ classification = "confidential" }, {}))
    t:finds { code = "FLOE-E232", actual = "unmarked" }
    t:judge(chain({ classification = "internal" }, {}))
    t:passes()
    t:judge(chain({ classification = "internal" }, {}), { unmarked_from = "internal" })
    t:finds { code = "FLOE-E232", actual = "unmarked" }
  end),

  test.case("a declared masker stands between", function(t)
    t:judge(chain(PII, { masked_by = "sha256" }))
    t:passes()
    t:judge(chain(PII, { classification = "internal", floe = { masking = true } }))
    t:passes()
    t:judge(chain(PII, { classification = "internal" }, { meta = { floe = { masked_by = "tokenizer" } } }))
    t:passes()
    t:judge(chain(PII, { masked_by = "" }))
    t:finds { code = "FLOE-E232" }
  end),

  test.case("sources, seeds and snapshots are followed too", function(t)
    for _, builder in ipairs({ test.source, test.seed, test.snapshot }) do
      local parent <const> = node(builder, "accounts", PII)
      local model <const> = node(test.model, "bronze_accounts", {}, { parents = { parent } })
      t:judge(model)
      t:finds { code = "FLOE-E232", at = "model.shop.bronze_accounts.email" }
    end
  end),

  test.case("a column of another name is not the same column", function(t)
    local parent <const> = test.model { name = "bronze_a", columns = { { name = "mail", meta = PII } } }
    t:judge(node(test.model, "gold_a", {}, { parents = { parent } }))
    t:passes()
  end),

  test.case("each parent is compared, and a parent with several children is read right for each", function(t)
    local first <const> = node(test.model, "bronze_a", PII)
    local second <const> = node(test.model, "bronze_b", { classification = "confidential" })
    local safe <const> = node(test.model, "silver_a", PII, { parents = { first, second } })
    local open <const> = node(test.model, "silver_b", { classification = "public" }, { parents = { first, second } })
    t:judge(test.project { models = { first, second, safe, open } })
    t:finds {
      { code = "FLOE-E232", at = "model.shop.silver_b.email", expected = "pii, or a declared masker" },
      { code = "FLOE-E232", at = "model.shop.silver_b.email", expected = "confidential, or a declared masker" },
    }
  end),

  test.case("marks that are no known words are left to classification.known_values", function(t)
    t:judge(chain({ classification = "hush" }, {}))
    t:passes()
    t:judge(chain(PII, { classification = "hush" }))
    t:passes()
    t:judge(chain({ classification = { "pii" } }, { classification = 3 }))
    t:passes()
  end),

  test.case("the order is a param", function(t)
    t:judge(chain({ classification = "red" }, { classification = "green" }), { order = { "green", "red" } })
    t:finds { code = "FLOE-E232", actual = "green" }
    t:judge(chain({ classification = "green" }, { classification = "red" }), { order = { "green", "red" } })
    t:passes()
  end),

  test.case("a parent that it has only perhaps asks for nothing", function(t)
    local source <const> = test.source { columns = { { name = "email", meta = { classification = "pii" } } } }
    local columns <const> = { { name = "email", meta = { classification = "public" } } }
    t:judge(test.model { name = "reader", parents = { source }, columns = columns })
    t:finds { code = "FLOE-E232" }
    t:judge(test.model { name = "reader", perhaps = { source }, columns = columns })
    t:passes()
  end),
})
