local policy <const> = require "floe.policy"
local text <const> = require "floe.text"

local TESTS <const> = { test = true, unit_test = true }

local function words(node)
  if node.status == "error" then
    return "error"
  end
  return node.failures and text.count(node.failures, "failing row") or node.status
end

return policy.define {
  id = "run.failed_tests",
  code = "FLOE-E805",
  title = "Tests pass in every run",
  why = "A test that fails tonight says that what consumers read since is not what they were promised.",
  help = [[
Look at the rows that fail: `dbt test --select NAME --store-failures` keeps them. Correct the model or what it reads; a
test that nobody minds is better taken out. One of `severity: warn` that warns is reported where `warnings` is set.]],
  targets = "run_node",
  phases = "run",
  params = {
    warnings = policy.boolean(false, { doc = "report tests that warn, too", stricter = true }),
  },
  summary = "tests pass",

  check = function(node, ctx)
    local failed <const> = node.status == "fail" or node.status == "error"
      or node.status == "warn" and ctx.params.warnings
    if not TESTS[node.kind] or not failed then
      return
    end
    local row <const> = node.failures_in_row > 0
      and (", as in %s before"):format(text.count(node.failures_in_row, "run")) or ""
    ctx:report {
      message = ("the test '%s' %s%s"):format(node.name, node.status == "error" and "could not run" or "failed", row),
      expected = "no failing row",
      actual = words(node),
      suggest = node.message or "look at the rows that fail",
    }
  end,
}
