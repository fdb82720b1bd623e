local policy <const> = require "floe.policy"
local teams <const> = require "acme.teams"
local text <const> = require "floe.text"

return policy.define {
  id      = "ownership.model_owner",
  code    = "ACME-E101",
  title   = "Models that others read name the team that answers for them",
  why     = "When a number looks wrong, somebody has to be asked.",
  help    = "Write the team's name into the model's `config: meta: owner:`.",
  targets = "model",
  params  = {
    layers = policy.list(policy.string(), { "silver", "gold" },
      { doc = "layers whose models need an owner", stricter = "superset" }),
  },

  check = function(model, ctx)
    local wanted = false
    for _, layer in ipairs(ctx.params.layers) do
      wanted = wanted or layer == model.layer
    end
    if not wanted then
      return
    end
    local owner <const> = model.meta.owner
    if owner == nil then
      ctx:report {
        message  = ("model '%s' has no owner"):format(model.name),
        field    = "meta",
        expected = "one of " .. text.list(teams.ALL),
        actual   = "no meta.owner",
      }
    elseif not teams.exists(owner) then
      ctx:report {
        message  = ("model '%s' is owned by '%s', which is no team"):format(model.name, owner),
        field    = "meta",
        expected = "one of " .. text.list(teams.ALL),
        actual   = owner,
        suggest  = teams.nearest(owner),
      }
    end
  end,
}
