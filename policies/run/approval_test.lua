local test <const> = require "floe.test"

local PROD <const> = { environments = { "prod" } }

local function run(environment, ...)
  return test.run { product = test.product { version = "2.0.0" }, environment = environment, approvals = { ... } }
end

local function approval(more)
  local out <const> = { approved_by = "release board", ticket = "REL-7", reason = "reviewed", expires = "2026-01-31" }
  for key, value in pairs(more or {}) do
    out[key] = value
  end
  return out
end

return test.suite("run.approval", {
  test.case("an environment that needs no approval runs without one", function(t)
    t:judge(run "prod")
    t:passes()
    t:judge(run "dev", PROD)
    t:passes()
    t:judge(run(nil), PROD)
    t:passes()
  end),

  test.case("an environment that needs one does not run without", function(t)
    t:judge(run "prod", PROD)
    t:finds { code = "FLOE-E802", subject = "run.sales.shop", path = "prod", actual = "none",
      expected = "an approval for sales.shop 2.0.0 on 2026-01-01" }
  end),

  test.case("an approval holds until the end of its last day, and is named", function(t)
    t:judge(run("prod", approval()), PROD, { as_of = "2026-01-31" })
    t:passes()
    t:notes "approved by release board (REL-7) until 2026-01-31"
    t:judge(run("prod", approval()), PROD, { as_of = "2026-02-01" })
    t:finds { code = "FLOE-E802", actual = "that of release board (REL-7): it expired on 2026-01-31" }
  end),

  test.case("an approval begins on its first day", function(t)
    t:judge(run("prod", approval { from = "2026-01-02" }), PROD)
    t:finds { actual = "that of release board (REL-7): it begins on 2026-01-02" }
  end),

  test.case("an approval of another version is none", function(t)
    t:judge(run("prod", approval { version = "1.9.0" }), PROD)
    t:finds { actual = "that of release board (REL-7): it is for version 1.9.0" }
    t:judge(run("prod", approval { version = "1.9.0" }, approval { version = "2.0.0" }), PROD)
    t:passes()
  end),

  test.case("what runs already is let be", function(t)
    t:judge(test.run { moment = "after", environment = "prod" }, PROD)
    t:passes()
  end),
})
