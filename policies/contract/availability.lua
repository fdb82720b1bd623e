local policy <const> = require "floe.policy"
local checks <const> = require "floe.check"

return policy.define {
  id = "contract.availability",
  code = "FLOE-E561",
  title = "Data can be read as often as its contract promises",
  why = "A table that cannot be read keeps no other promise.",
  help = [[
Look at the connection and at the table that the message names: the database may be down, or the table was never built,
was renamed, or may not be read by this user.]],
  targets = "contract_check",
  phases = { "run", "monitor" },
  params = checks.params(),
  summary = "data can be read",

  check = function(check, ctx)
    checks.judge(check, ctx, {
      type = "availability", suggest = "see whether the database answers and the table is there",
    })
  end,
}
