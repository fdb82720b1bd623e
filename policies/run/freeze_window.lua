local policy <const> = require "floe.policy"
local text <const> = require "floe.text"
local window <const> = require "floe.window"

return policy.define {
  id = "run.freeze_window",
  code = "FLOE-E801",
  title = "Nothing runs while its environment is frozen",
  why = "At the end of a year, or over a weekend, nobody is there to repair what a run breaks.",
  help = [[
Run it when the freeze has ended. A platform that has to let one run through grants a waiver of this policy for
`run.<product>`. Windows are written as days, `2026-12-20/2027-01-06`, as moments, `2026-12-24T16:00/2026-12-27T06:00`,
or as parts of every week, `fri 16:00/mon 06:00` and `sat/sun`.]],
  targets = "run",
  phases = "run",
  params = {
    windows = policy.list(policy.window(), {}, { doc = "when nothing runs", stricter = "superset" }),
    time_zone = policy.timezone("UTC", { doc = "whose clocks the windows mean" }),
    environments = policy.list(policy.string(), { "*" }, {
      doc = "globs over the environments that are frozen; one that has no name is meant by `*`", stricter = "superset",
    }),
  },
  summary = "no freeze",

  check = function(run, ctx)
    local params <const> = ctx.params
    if run.moment ~= "before" or not text.glob_any(params.environments, ctx.environment or "") then
      return
    end
    local clock <const> = run.clocks[params.time_zone]
    local frozen <const> = window.first(params.windows, clock)
    if frozen then
      ctx:report {
        path = frozen,
        message = ("%s frozen: %s"):format(ctx.environment and ("environment '%s' is"):format(ctx.environment)
          or "runs are", frozen),
        expected = ("a run outside of %s (%s)"):format(frozen, params.time_zone),
        actual = ("%s %s %s"):format(clock.weekday, clock.day, clock.time),
        suggest = "run it after the freeze",
      }
    end
  end,
}
