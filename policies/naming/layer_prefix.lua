local policy <const> = require "floe.policy"
local naming <const> = require "floe.naming"

return policy.define {
  id = "naming.layer_prefix",
  code = "FLOE-E201",
  title = "Model names carry the prefix of their layer",
  why = "Consumers, grants and catalogs find a table's layer in its name; a name without it has to be looked up.",
  help = [[
Rename the model so that its name begins with the prefix of its layer, for example `stg_payments` to
`silver_payments`, and every `ref()` to it. The file carries the model's name: `models/silver/silver_payments.sql`.]],
  targets = "model",
  params = {
    pattern = policy.enum({ "medallion", "kimball", "custom" }, "medallion", {
      doc = "`medallion`: bronze_, silver_, gold_; `kimball`: dim_, fact_, bridge_, hub_, link_, sat_; `custom`: "
        .. "what `custom` and `custom_patterns` say",
    }),
    custom = policy.map(policy.string(), {}, {
      doc = "with `pattern: custom`: layer → prefix, such as `staging: stg_`",
      stricter = "subset",
    }),
    custom_patterns = policy.list(policy.regex(), {}, {
      doc = "with `pattern: custom`: regular expressions, one of which a name must match from its start",
      stricter = "subset",
    }),
  },
  summary = function(params)
    return naming.describe(naming.layers(params))
  end,

  check = function(model, ctx)
    local layers <const> = naming.layers(ctx.params)
    local name <const> = model.name
    if naming.layer_of(name, layers) then
      return
    end
    ctx:report {
      message = ("model '%s' carries no layer prefix"):format(name),
      expected = naming.describe(layers),
      actual = name,
      suggest = naming.suggest(name, layers, model.layer),
    }
  end,
}
