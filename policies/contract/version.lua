local policy <const> = require "floe.policy"

return policy.define {
  id = "contract.version",
  code = "FLOE-E520",
  codes = { "FLOE-E520", "FLOE-E521", "FLOE-E522", "FLOE-E523", "FLOE-E524" },
  title = "A contract's version says what changed",
  why = "Consumers decide by the version whether they must look; a breaking one under a small number comes unseen.",
  help = [[
At compile each contract is compared with the version of it that the catalog knows. E520: a breaking change without a
new MAJOR; E521: a new promise without a new MINOR; E523: a version that goes back; E524: a version that is taken by
another content. E522: no semantic version, which is told without a catalog too. Raise the version, or have a platform
tier record that the change is accepted (`governance.accepted_changes`). `floe contract diff` shows every change.]],
  targets = "contract",
  summary = "versions say what changed",

  check = function(contract, ctx)
    for _, problem in ipairs(contract.version_problems) do
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
