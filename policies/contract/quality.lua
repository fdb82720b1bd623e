local policy <const> = require "floe.policy"
local checks <const> = require "floe.check"

return policy.define {
  id = "contract.quality",
  code = "FLOE-E562",
  title = "Data holds the quality rules of its contract",
  why = "Consumers compute with what the contract promises; a broken rule is a wrong number in somebody's report.",
  help = [[
Correct the data, or the model that makes it. The finding stands at the rule in the contract; its path names the
column.]],
  targets = "contract_check",
  phases = { "run", "monitor" },
  params = checks.params(),
  summary = "quality rules hold",

  check = function(check, ctx)
    checks.judge(check, ctx, { type = "quality", suggest = "correct the model that makes the data, or what it reads" })
  end,
}
