local policy <const> = require "floe.policy"
local doubt <const> = require "floe.doubt"
local coverage <const> = require "floe.coverage"
local set <const> = require "floe.set"
local text <const> = require "floe.text"

local SHOWN <const> = 5 -- columns named in a finding

local excluded_columns <const> = policy.once(function(params)
  return set.of(params.exclude)
end)

local function required(minimum)
  return ("%g%%"):format(minimum)
end

-- What to do about a coverage that is too low: the first columns that lack a test.
local function suggestions(names)
  local lines <const> = {}
  for index, name in ipairs(names) do
    lines[index] = ("add a test to column '%s'"):format(name)
  end
  return lines
end

local function check_model(model, ctx)
  local params <const> = ctx.params
  local minimum <const> = coverage.threshold(params.layers, model.layer)
  if not minimum or doubt.undescribed(model) then
    return
  end
  local excluded <const> = excluded_columns(params)
  local tested <const>, total <const> = coverage.columns(model, excluded)
  if coverage.reaches(tested, total, minimum) and (total > 0 or params.zero_columns ~= "report_0_percent") then
    return
  end
  ctx:report {
    code = "FLOE-E211",
    message = total == 0 and ("model '%s' declares no columns, so none can be tested"):format(model.name)
      or ("model '%s' tests %d of its %s"):format(model.name, tested, text.count(total, "column")),
    expected = ("at least %s of the columns in layer %s"):format(required(minimum), model.layer),
    actual = total == 0 and "0%" or coverage.percent(tested, total),
    suggest = total == 0 and "declare the columns in the model's properties file"
      or suggestions(coverage.uncovered(model, excluded, SHOWN)),
  }
end

-- Columns without a test of the project's own models, named with their model, at most SHOWN.
local function uncovered_in(project, excluded)
  local names <const> = {}
  for _, model in ipairs(project.models) do
    if #names >= SHOWN then
      break
    elseif model.own then
      for _, name in ipairs(coverage.uncovered(model, excluded, SHOWN - #names)) do
        names[#names + 1] = model.name .. "." .. name
      end
    end
  end
  return names
end

local function check_project(project, ctx)
  local params <const> = ctx.params
  local excluded <const> = excluded_columns(params)
  local tested, total = 0, 0
  for _, model in ipairs(project.models) do
    if model.own then
      local in_model <const>, of_model <const> = coverage.columns(model, excluded)
      tested, total = tested + in_model, total + of_model
    end
  end
  local zero_columns <const> = params.zero_columns
  local actual = coverage.percent(tested, total)
  if total == 0 and zero_columns ~= "report_na" then
    actual = zero_columns == "report_0_percent" and "0%" or "100%"
  end
  ctx:note(("test coverage %s (required: %s)"):format(actual, required(params.minimum)))
  local empty_fails <const> = total == 0 and zero_columns == "report_0_percent" and #project.models > 0
    and params.minimum > 0 and project.nodes_known
  if coverage.reaches(tested, total, params.minimum) and not empty_fails then
    return
  end
  ctx:report {
    code = "FLOE-E210",
    message = ("tests cover %d of %s of the project's models"):format(tested, text.count(total, "column")),
    expected = ("at least %s"):format(required(params.minimum)),
    actual = actual,
    suggest = suggestions(uncovered_in(project, excluded)),
  }
end

return policy.define {
  id = "coverage.columns",
  code = "FLOE-E210",
  codes = { "FLOE-E210", "FLOE-E211" },
  title = "Enough columns have a test",
  why = "A column without a test breaks unseen; how much may stay untested is decided by layer, not by taste.",
  help = [=[
Coverage is the share of declared columns with at least one test of their own; a test on the whole model does not
count. E210 is the share over the project's models, E211 that of one model against its layer's threshold. Add a test:

    columns:
      - name: customer_id
        data_tests: [not_null, unique]]=],
  targets = { "project", "model" },
  params = {
    minimum = policy.number(80, { min = 0, max = 100, stricter = "higher", doc = "percent, over all models" }),
    layers = policy.map(policy.number(nil, { min = 0, max = 100, stricter = "higher" }),
      { bronze = 50, silver = 80, gold = 100 },
      { doc = "layer → percent that each of its models must reach", stricter = "superset" }),
    zero_columns = policy.enum({ "report_na", "report_100_percent", "report_0_percent" }, "report_na", {
      doc = "what a model counts that declares no columns: nothing, all or none",
      stricter = { "report_100_percent", "report_na", "report_0_percent" },
    }),
    exclude = policy.list(policy.string(), {}, {
      doc = "technical columns that are left out, by name, such as `_loaded_at`",
      stricter = "subset",
    }),
  },
  summary = function(params)
    return ("test coverage (required: %s)"):format(required(params.minimum))
  end,

  check = function(subject, ctx)
    if subject == ctx.project then
      check_project(subject, ctx)
    else
      check_model(subject, ctx)
    end
  end,
}
