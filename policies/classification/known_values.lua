local policy <const> = require "floe.policy"
local classification <const> = require "floe.classification"
local set <const> = require "floe.set"
local text <const> = require "floe.text"

local known <const> = policy.once(function(params)
  return {
    classification = set.of(params.classifications),
    pii_type = set.of(params.pii_types),
    sensitivity = set.of(params.sensitivities),
  }
end)

local PARAM_OF <const> = {
  classification = "classifications", pii_type = "pii_types", sensitivity = "sensitivities",
}

local function report(subject, ctx, key, value)
  local allowed <const> = ctx.params[PARAM_OF[key]]
  local shown <const> = tostring(value)
  ctx:report {
    field = "meta",
    path = "meta." .. key,
    message = ("'%s' is no known %s of '%s'"):format(shown, key, subject.name),
    expected = "one of: " .. text.list(allowed),
    actual = shown,
    suggest = type(value) == "string" and text.suggest(value, allowed) or nil,
  }
end

return policy.define {
  id = "classification.known_values",
  code = "FLOE-E231",
  title = "Classifications use the agreed words",
  why = "Masking, grants and retention look for a word; a column marked `PII ` or `personal` is protected by none.",
  help = [[
Write one of the agreed words, in small letters:

    columns:
      - name: email
        config:
          meta: { classification: pii, pii_type: email, sensitivity: high }]],
  targets = { "model", "seed", "snapshot", "source", "column" },
  params = {
    classifications = policy.list(policy.string(), classification.ORDER, {
      doc = "values of `meta.classification` and `meta.floe.classification`",
      stricter = "subset",
    }),
    pii_types = policy.list(policy.string(), classification.PII_TYPES, {
      doc = "values of `pii_type`",
      stricter = "subset",
    }),
    sensitivities = policy.list(policy.string(), classification.SENSITIVITIES, {
      doc = "values of `sensitivity`",
      stricter = "subset",
    }),
  },
  summary = "known classifications",

  check = function(subject, ctx)
    local level <const>, pii_type <const>, sensitivity <const> = classification.of(subject)
    if level == nil and pii_type == nil and sensitivity == nil then
      return
    end
    local values <const> = known(ctx.params)
    if level ~= nil and not values.classification[level] then
      report(subject, ctx, "classification", level)
    end
    if pii_type ~= nil and not values.pii_type[pii_type] then
      report(subject, ctx, "pii_type", pii_type)
    end
    if sensitivity ~= nil and not values.sensitivity[sensitivity] then
      report(subject, ctx, "sensitivity", sensitivity)
    end
  end,
}
