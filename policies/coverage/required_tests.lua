local policy <const> = require "floe.policy"
local doubt <const> = require "floe.doubt"

-- The names of all tests of a model: those of its columns are among them.
local function tests_of(model)
  local names <const> = {}
  for _, test in ipairs(model.tests) do
    names[test.test_name] = true
  end
  return names
end

local function has_test(present, wanted, equivalents)
  if present[wanted] then
    return true
  end
  for _, other in ipairs(equivalents[wanted] or {}) do
    if present[other] then
      return true
    end
  end
  return false
end

-- E212 is the next number of the coverage family: E210 and E211 are shares of columns, E402 asks for tests of a
-- kind on some models; a layer's list of tests is neither, and reports are filtered by code.
return policy.define {
  id = "coverage.required_tests",
  code = "FLOE-E212",
  title = "Models have the tests that their layer requires",
  why = "Coverage counts tests; it does not see that nobody checks a table's key.",
  help = [[
Add the missing test to the column it belongs to, most often the key:

    columns:
      - name: customer_id
        data_tests: [not_null, unique]

A key of several columns is tested by `dbt_utils.unique_combination_of_columns` on the model.]],
  targets = "model",
  params = {
    layers = policy.map(policy.list(policy.string(), nil, { stricter = "superset" }), {
      gold = { "not_null", "unique" },
    }, { doc = "layer → names of tests that each of its models must have at least once", stricter = "superset" }),
    equivalents = policy.map(policy.list(policy.string(), nil, { stricter = "subset" }), {
      unique = {
        "dbt_utils.unique_combination_of_columns",
        "dbt_expectations.expect_compound_columns_to_be_unique",
        "dbt_expectations.expect_column_values_to_be_unique",
      },
      not_null = { "dbt_utils.not_null_proportion", "dbt_expectations.expect_column_values_to_not_be_null" },
    }, { doc = "test → tests that count as it", stricter = "subset" }),
  },
  summary = "tests required by layer",

  check = function(model, ctx)
    local layer <const> = model.layer
    local wanted <const> = layer and ctx.params.layers[layer]
    if not wanted or #wanted == 0 or doubt.undescribed(model) then
      return
    end
    local present
    for _, name in ipairs(wanted) do
      present = present or tests_of(model)
      if not has_test(present, name, ctx.params.equivalents) then
        ctx:report {
          path = name,
          message = ("model '%s' has no test '%s'"):format(model.name, name),
          expected = ("a test '%s', as layer %s requires"):format(name, layer),
          actual = next(present) and "other tests only" or "no test",
          suggest = ("add '%s' to the data_tests of a column"):format(name),
        }
      end
    end
  end,
}
