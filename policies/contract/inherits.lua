local policy <const> = require "floe.policy"

return policy.define {
  id = "contract.inherits",
  code = "FLOE-E510",
  codes = { "FLOE-E510", "FLOE-E511", "FLOE-E512", "FLOE-E513" },
  title = "Contracts promise no less than those above them",
  why = "The organisation has promised it to everyone; a product that promises less breaks that.",
  help = [[
A platform tier names contracts that hold for all below it (`governance.data_contracts.inherits`), or service levels
alone (`governance.slas`), and a contract may name one by its custom property `inherits`. E510: a service level is
missing or weaker; E511: a classification is missing or less strict; E513: a required column is missing or may be null;
E512: contracts inherit from one another in a circle.]],
  targets = "contract",
  summary = "contracts promise what those above them ask",

  check = function(contract, ctx)
    for _, problem in ipairs(contract.weakened) do
      ctx:report {
        at = problem,
        code = problem.code,
        path = problem.path,
        message = problem.message,
        expected = problem.expected,
        actual = problem.actual,
        suggest = problem.suggestions,
      }
    end
  end,
}
