local policy <const> = require "floe.policy"
local checks <const> = require "floe.check"

return policy.define {
  id = "contract.freshness",
  code = "FLOE-E560",
  title = "Data is as fresh as its contract promises",
  why = "Whoever decides by yesterday's numbers has to know that they are yesterday's.",
  help = [[
Run the product, or look at what it waits for: a source that was loaded late, a schedule that is rarer than the promise.
Where nobody needs data that fresh, promise less: a relaxed service level is a new MAJOR version of the contract.]],
  targets = "contract_check",
  phases = { "run", "monitor" },
  params = checks.params(),
  summary = "data is fresh",

  check = function(check, ctx)
    checks.judge(check, ctx, { type = "freshness", suggest = "run the product, or see why what it reads is late" })
  end,
}
