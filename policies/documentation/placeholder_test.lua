local test <const> = require "floe.test"

local function orders(description)
  return test.model { name = "gold_orders", description = description }
end

return test.suite("documentation.placeholder", {
  test.case("a missing description is not a placeholder", function(t)
    t:judge(orders(""))
    t:passes()
  end),

  test.case("words that stand for a text to come are found in capitals anywhere", function(t)
    for _, description in ipairs({ "TBD", "TODO: describe", "Orders. FIXME later", "XXX", "a HACK", "WIP" }) do
      t:judge(orders(description))
      t:finds { code = "FLOE-E222", subject = "model.shop.gold_orders", field = "description" }
    end
  end),

  test.case("in small letters they count where they open the text or are all of it", function(t)
    for _, description in ipairs({ "todo", " Tbd ", "todo: describe", "Fixme:x", "tbd.", "(todo)", "todo - later" }) do
      t:judge(orders(description))
      t:finds { code = "FLOE-E222" }
    end
  end),

  test.case("phrases that announce a text are found in any case", function(t)
    for _, description in ipairs({
      "Coming soon", "To be documented.", "Description pending", "please fill in", "Work in Progress",
      "needs documentation", "Placeholder", "(add description)", "This model is a work in progress.",
      "Orders. Coming soon", "Orders of the shop, to be documented",
    }) do
      t:judge(orders(description))
      t:finds { code = "FLOE-E222" }
    end
  end),

  test.case("texts that say nothing are found", function(t)
    for _, description in ipairs({
      "N/A", "NA", "none", "-", "..", "???", "n.a.", "No description", "No description available.", "Description",
      "Insert description here", "Not yet documented", "test", "<description>",
    }) do
      t:judge(orders(description))
      t:finds { code = "FLOE-E222" }
    end
  end),

  test.case("real descriptions are left alone", function(t)
    for _, description in ipairs({
      "One row for every order.", "Todos los pedidos pagados", "hackathon entries", "Naïve estimate", "顧客",
      "Date on which the form was filled in full", "TODOS, the task list of a user", "EUR amounts, VAT taken off",
      "Tickets whose state is still wip", "Share of work in progressive stages",
      "Status: coming soon, live, retired", "Whether the product is coming soon", "x", "The size in XXL",
      "Date on which the form had to be completed", "Placeholder customer for guest orders", "Test score of a pupil",
      "Cost of work in progress inventory", "to-do items of a user",
    }) do
      t:judge(orders(description))
      t:passes()
    end
  end),

  test.case("in a long text a phrase is prose", function(t)
    local prose <const> = ("One row for every order that was ever placed. "):rep(3)
    t:judge(orders(prose .. "The placeholder of a form is not kept."))
    t:passes()
  end),

  test.case("columns and sources are judged too", function(t)
    t:judge(test.source { description = "TBD", columns = { { name = "id", description = "todo" } } })
    t:finds {
      { code = "FLOE-E222", subject = "source.shop.crm.accounts", actual = "TBD" },
      { code = "FLOE-E222", subject = "source.shop.crm.accounts.id", actual = "todo" },
    }
  end),

  test.case("an organisation can allow a word", function(t)
    t:judge(orders("WIP limits by team"), { allow = { "wip" } })
    t:passes()
  end),

  test.case("a description of bytes that are no text breaks nothing", function(t)
    t:judge(orders("\255\0 TODO"))
    t:finds { code = "FLOE-E222" }
  end),
})
