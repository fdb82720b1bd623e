local policy <const> = require "floe.policy"
local doubt <const> = require "floe.doubt"
local text <const> = require "floe.text"

-- The paths of all fields, split once.
local split_fields <const> = policy.once(function(params)
  local paths <const> = {}
  for index, field in ipairs(params.fields) do
    paths[index] = text.split(field, ".")
  end
  return paths
end)

-- The value below `meta` at a path of keys; nil where something on the way is missing or no map.
local function value_at(meta, path)
  local value = meta
  for _, key in ipairs(path) do
    local kind <const> = type(value)
    if kind ~= "table" and kind ~= "userdata" then
      return nil
    end
    value = value[key]
  end
  return value
end

return policy.define {
  id = "metadata.required_meta",
  code = "FLOE-E401",
  title = "Models state the required metadata",
  why = "An owner or a retention class that is not written down has to be asked for when it is needed most.",
  help = [[
State the field in the model's meta; a dot in a required name goes one level down:

    models:
      - name: gold_revenue
        config:
          meta: { owner: finance-data, floe: { retention: 7y } }]],
  targets = "model",
  params = {
    fields = policy.list(policy.string(), {}, {
      doc = "fields of `meta` that every judged model must have, such as `owner` or `floe.retention`; empty: none",
      stricter = "superset",
    }),
    applies_to = policy.string("*", { doc = "glob of the model names that are judged" }),
  },
  summary = function(params)
    return #params.fields > 0 and "required metadata" or "no metadata required"
  end,

  check = function(model, ctx)
    local params <const> = ctx.params
    if #params.fields == 0 or not text.glob(params.applies_to, model.name) then
      return
    elseif doubt.about(model, "meta") or doubt.undescribed(model) then
      return -- it may well state them
    end
    for index, path in ipairs(split_fields(params)) do
      local value <const> = value_at(model.meta, path)
      if value == nil or value == "" then
        local field <const> = params.fields[index]
        ctx:report {
          field = "meta",
          path = "meta." .. field,
          message = ("model '%s' does not state '%s' in its meta"):format(model.name, field),
          expected = ("meta.%s"):format(field),
          actual = value == "" and "an empty text" or "missing",
          suggest = ("add '%s' to the model's meta"):format(field),
        }
      end
    end
  end,
}
