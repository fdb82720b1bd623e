local test <const> = require "floe.test"

-- A project of models; `edges` maps a name to the names it depends on.
local function project(names, edges)
  local models <const> = {}
  for index, name in ipairs(names) do
    local ids <const> = {}
    for position, target in ipairs(edges[name] or {}) do
      ids[position] = "model.shop." .. target
    end
    models[index] = test.model { name = name, depends_on = ids }
  end
  return test.project { models = models }
end

return test.suite("graph.cycle", {
  test.case("a graph without cycles passes, also where ways meet again", function(t)
    t:judge(project({ "a", "b", "c", "d" }, { b = { "a" }, c = { "a" }, d = { "b", "c" } }))
    t:passes()
    t:judge(test.project {})
    t:passes()
  end),

  test.case("a cycle is reported once, with the way round", function(t)
    t:judge(project({ "a", "b", "c" }, { a = { "c" }, b = { "a" }, c = { "b" } }))
    t:finds { code = "FLOE-E302", subject = "project.shop", at = "model.shop.a", actual = "a → c → b → a" }
  end),

  test.case("a model that selects from itself is a cycle", function(t)
    t:judge(project({ "a" }, { a = { "a" } }))
    t:finds { code = "FLOE-E302", at = "model.shop.a", actual = "a → a" }
  end),

  test.case("two cycles are two findings, in the order of the project", function(t)
    t:judge(project({ "a", "b", "c", "d" }, { a = { "b" }, b = { "a" }, c = { "d" }, d = { "c" } }))
    t:finds { { actual = "a → b → a" }, { actual = "c → d → c" } }
  end),

  test.case("in a knot the shortest way round is shown", function(t)
    t:judge(project({ "a", "b", "c" }, { a = { "b", "c" }, b = { "c", "a" }, c = { "a" } }))
    t:finds { actual = "a → b → a" }
  end),

  test.case("a chain of many models is no deeper than one of few", function(t)
    local names <const>, edges <const> = {}, {}
    for index = 1, 2000 do
      names[index] = "m" .. index
      edges["m" .. index] = { "m" .. index % 2000 + 1 }
    end
    t:judge(project(names, edges))
    t:finds { code = "FLOE-E302", at = "model.shop.m1" }
  end),

  test.case("references to nothing close no cycle", function(t)
    t:judge(project({ "a" }, { a = { "gone" } }))
    t:passes()
  end),

  test.case("transforms of floe.yaml are judged by dependsOn", function(t)
    t:judge(test.product {
      transforms = { { type = "dbt" }, { name = "a", dependsOn = { "b" } }, { name = "b", dependsOn = { "a" } } },
    })
    t:finds { code = "FLOE-E302", subject = "sales.shop", actual = "a → b → a" }
    t:judge(test.product { transforms = { { name = "a", dependsOn = "a" }, { name = "b", dependsOn = { "a" } } } })
    t:passes()
  end),

  test.case("an edge that hangs on a condition closes no cycle", function(t)
    local a <const> = test.model {
      name = "a", depends_on = { "model.shop.b" }, conditional = { { unique_id = "model.shop.b", taken = true } },
    }
    t:judge(test.project { models = { a, test.model { name = "b", depends_on = { "model.shop.a" } } } })
    t:passes()
  end),
})
