local test <const> = require "floe.test"

local function column(meta)
  return test.column { name = "email", node = { name = "orders" }, meta = meta }
end

return test.suite("classification.known_values", {
  test.case("agreed words pass wherever they are written", function(t)
    for _, meta in ipairs({
      {}, { classification = "pii" }, { floe = { classification = "pii", pii_type = "email", sensitivity = "high" } },
      { classification = "public", sensitivity = "low" }, { owner = "sales" }, { floe = "yes" },
    }) do
      t:judge(column(meta))
      t:passes()
    end
  end),

  test.case("an unknown classification is reported with the nearest word", function(t)
    t:judge(column({ classification = "PII" }))
    t:finds {
      code = "FLOE-E231", subject = "model.shop.orders.email", field = "meta", path = "meta.classification",
      actual = "PII", suggestions = { "pii" },
    }
    t:judge(column({ floe = { classification = "secret!" } }))
    t:finds { code = "FLOE-E231", actual = "secret!" }
  end),

  test.case("pii_type and sensitivity are judged on their own", function(t)
    t:judge(column({ floe = { classification = "pii", pii_type = "e-mail", sensitivity = "hi" } }))
    t:finds {
      { code = "FLOE-E231", path = "meta.pii_type", actual = "e-mail", suggestions = { "email" } },
      { code = "FLOE-E231", path = "meta.sensitivity", actual = "hi" },
    }
  end),

  test.case("a mark that is no word is reported and does not break the policy", function(t)
    t:judge(column({ classification = true }))
    t:finds { code = "FLOE-E231", actual = "true", suggestions = {} }
    t:judge(column({ classification = 3 }))
    t:finds { code = "FLOE-E231", actual = "3" }
    t:judge(column({ classification = { "pii" } }))
    t:finds { code = "FLOE-E231" }
  end),

  test.case("models and sources are judged too", function(t)
    t:judge(test.model { name = "orders", meta = { classification = "open" } })
    t:finds { code = "FLOE-E231", subject = "model.shop.orders" }
    t:judge(test.source { meta = { classification = "internal" } })
    t:passes()
  end),

  test.case("the words are params", function(t)
    t:judge(column({ classification = "open" }), { classifications = { "open", "closed" } })
    t:passes()
    t:judge(column({ classification = "pii" }), { classifications = { "open", "closed" } })
    t:finds { code = "FLOE-E231", expected = "one of: open, closed" }
  end),
})
