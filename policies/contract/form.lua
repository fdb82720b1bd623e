local policy <const> = require "floe.policy"

local MOST <const> = 500 -- problems of one contract that are reported; the note tells how many there are

return policy.define {
  id = "contract.form",
  code = "FLOE-E501",
  codes = {
    "FLOE-E500", "FLOE-E501", "FLOE-E502", "FLOE-E503", "FLOE-E504", "FLOE-E505", "FLOE-E506", "FLOE-E507",
    "FLOE-E508", "FLOE-E509",
  },
  title = "Data contracts follow the standard",
  why = "Consumers' tools read a contract by the Open Data Contract Standard; what breaks it is not read at all.",
  help = [[
Correct the place that the finding names. E500: no contract where one is needed; E501: a field is missing or of the
wrong kind; E502: the standard's version is not supported; E503: an unknown type; E504: an unknown format; E505: an
unknown classification; E506: a pattern is broken; E507: a value is out of range; E508: it does not fit what it
describes; E509: the file cannot be read as YAML.]],
  targets = "contract",
  summary = "contracts well-formed",

  check = function(contract, ctx)
    local problems <const> = contract.problems
    if #problems > MOST then
      ctx:note(("%s has %d problems"):format(contract.file, #problems))
    end
    for index = 1, math.min(#problems, MOST) do
      local problem <const> = problems[index]
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
