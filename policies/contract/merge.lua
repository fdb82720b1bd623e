local policy <const> = require "floe.policy"

return policy.define {
  id = "contract.merge",
  code = "FLOE-E535",
  title = "A contract and what it is merged with say the same",
  why = "Where a contract, its output port and dbt's models say different things, a reader of one of them is misled.",
  help = [[
At compile a written contract is merged with its output port and with what dbt knows. What the contract says counts;
each finding names the other place. Say the same on both sides, or leave it to one of them. Types and missing columns
are told of by contract.ports, classifications in dbt by classification.contract_agrees.]],
  targets = "contract",
  mode = "warn",
  summary = "contract, ports and dbt say the same",

  check = function(contract, ctx)
    for _, problem in ipairs(contract.conflicts) do
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
