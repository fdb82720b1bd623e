local policy <const> = require "floe.policy"
local checks <const> = require "floe.check"

return policy.define {
  id = "contract.deprecation",
  code = "FLOE-E529",
  title = "Contracts that are kept have not ended",
  why = "Who still reads by a contract that has ended reads what nobody looks after.",
  help = [[
Ask the consumers that the catalog names to move, then take the output port and the contract out. Whether one ends
with notice, on the days that it says, is judged by contract.lifecycle.]],
  targets = "contract_check",
  phases = { "run", "monitor" },
  mode = "warn",
  params = checks.params(),
  summary = "no contract has ended",

  check = function(check, ctx)
    checks.judge(check, ctx, {
      type = "deprecation", suggest = "ask its consumers to move to what replaces it",
    })
  end,
}
