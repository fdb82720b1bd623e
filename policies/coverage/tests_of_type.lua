local policy <const> = require "floe.policy"
local doubt <const> = require "floe.doubt"
local set <const> = require "floe.set"
local text <const> = require "floe.text"

local wanted_tests <const> = policy.once(function(params)
  return set.of(params.test_types)
end)

-- How many columns carry a test of a wanted type.
local function count_columns(model, wanted)
  local count = 0
  for _, column in pairs(model.columns) do
    for _, test in ipairs(column.tests) do
      if wanted[test.test_name] then
        count = count + 1
        break
      end
    end
  end
  return count
end

return policy.define {
  id = "coverage.tests_of_type",
  code = "FLOE-E402",
  title = "Models have tests of the required types",
  why = "Some tables need a certain kind of check, such as accepted values or a freshness rule, whatever their layer.",
  help = [[
Add a test of one of the types to as many columns as `min_columns` says:

    columns:
      - name: status
        data_tests:
          - accepted_values: { arguments: { values: [open, closed] } }]],
  targets = "model",
  params = {
    test_types = policy.list(policy.string(), {}, {
      doc = "names of tests, one of which a column must carry; empty: nothing is asked",
    }),
    min_columns = policy.integer(1, { min = 1, stricter = "higher", doc = "on how many columns" }),
    applies_to = policy.string("*", { doc = "glob of the model names that are judged" }),
  },
  summary = function(params)
    return #params.test_types > 0 and "tests of the required types" or "no type of test required"
  end,

  check = function(model, ctx)
    local params <const> = ctx.params
    if #params.test_types == 0 or not text.glob(params.applies_to, model.name) then
      return
    end
    local count <const> = count_columns(model, wanted_tests(params))
    if count >= params.min_columns or doubt.undescribed(model) then
      return
    end
    local types <const> = text.list(params.test_types)
    ctx:report {
      message = ("model '%s' tests too few columns with %s"):format(model.name, types),
      expected = ("%s with a test of: %s"):format(text.count(params.min_columns, "column"), types),
      actual = text.count(count, "column"),
      suggest = ("add a test '%s' to a column"):format(params.test_types[1]),
    }
  end,
}
