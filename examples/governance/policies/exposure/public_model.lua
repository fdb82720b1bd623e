local policy <const> = require "floe.policy"

return policy.define {
  id      = "exposure.public_model",
  code    = "ACME-E201",
  title   = "Dashboards read public models only",
  why     = "A model that is not public may change any day, and the dashboard with it.",
  help    = "Give the model `access: public`, or let the dashboard read one that is.",
  targets = "exposure",

  check = function(exposure, ctx)
    for _, parent in ipairs(exposure.parents) do
      if parent.kind == "model" and parent.access ~= "public" then
        ctx:report {
          message  = ("'%s' reads '%s', which is not public"):format(exposure.name, parent.name),
          expected = "access: public",
          actual   = "access: " .. (parent.access or "protected"),
          suggest  = ("set access: public on '%s'"):format(parent.name),
        }
      end
    end
  end,
}
