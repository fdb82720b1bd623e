local policy <const> = require "floe.policy"
local doubt <const> = require "floe.doubt"

return policy.define {
  id = "documentation.model",
  code = "FLOE-E220",
  title = "Models have a description",
  why = "Whoever finds a table in the catalog must be able to tell what one row of it is, without reading its SQL.",
  help = [[
Say in one sentence what one row stands for, in the properties file beside the model:

    models:
      - name: gold_customers
        description: One row for every customer who ordered at least once.]],
  targets = "model",
  mode = "warn",
  params = {
    minimum_length = policy.integer(1, { min = 1, stricter = "higher", doc = "characters a description must have" }),
  },
  summary = "models described",

  check = function(model, ctx)
    local description <const> = model.description
    local minimum <const> = ctx.params.minimum_length
    if #description >= minimum and description:find("%S") then
      return
    elseif doubt.about(model, "description") or doubt.undescribed(model) then
      return -- it may well have one
    end
    local empty <const> = not description:find("%S")
    ctx:report {
      field = "description",
      message = empty and ("model '%s' has no description"):format(model.name)
        or ("the description of model '%s' is too short"):format(model.name),
      expected = minimum > 1 and ("a description of at least %d characters"):format(minimum) or "a description",
      actual = empty and "none" or ("%d characters"):format(#description),
      suggest = "say in one sentence what one row of it stands for",
    }
  end,
}
