local policy <const> = require "floe.policy"
local duration <const> = require "floe.duration"

-- What was not run, or not let to its end.
local UNTOLD <const> = { skipped = true, aborted = true }

local function report(subject, ctx, limit, why)
  local what <const> = subject == ctx.run and "the run" or ("'%s'"):format(subject.name)
  ctx:report {
    message = ("%s took %s, longer than %s"):format(what, duration.format(subject.seconds), why),
    expected = ("at most %s"):format(duration.format(limit)),
    actual = duration.format(subject.seconds),
    suggest = subject == ctx.run and "look for the node that took longer: `floe ledger show` lists them"
      or "see whether what it reads grew, or its plan changed",
  }
end

-- What the last runs took, times the factor; nil where they tell too little.
local function usual_limit(subject, params)
  if subject.usual_seconds and subject.past_runs >= params.least_runs then
    return math.max(subject.usual_seconds * params.factor, params.least_seconds)
  end
end

return policy.define {
  id = "run.duration",
  code = "FLOE-E803",
  title = "Runs and their nodes take about as long as they use to",
  why = "What takes twice as long today does not end before the day begins next month.",
  help = [[
A run is held to `maximum_minutes`, where the platform sets it. A run and each of its nodes are held to what the last
ones took, the median of those that succeeded, times `factor`; what takes less than `least_seconds` is not looked
at. What failed is held to the same: it did no more than one that succeeds. What was interrupted is not.]],
  targets = { "run", "run_node" },
  phases = "run",
  mode = "warn",
  params = {
    maximum_minutes = policy.number(nil, { doc = "what a run may take", min = 0, stricter = "lower" }),
    factor = policy.number(3, { doc = "how many times longer than usual it may take", min = 1, stricter = "lower" }),
    least_seconds = policy.number(60, { doc = "what nobody minds", min = 0, stricter = "lower" }),
    least_runs = policy.integer(3, { doc = "runs that make a usual one", min = 1, stricter = "lower" }),
  },
  summary = function(params)
    local most <const> = params.maximum_minutes
    return most and ("at most %s, and as usual"):format(duration.format(most * 60)) or "as long as usual"
  end,

  check = function(subject, ctx)
    local params <const> = ctx.params
    if not subject.status or UNTOLD[subject.status] or not subject.seconds then
      return
    end
    local limit <const> = subject == ctx.run and params.maximum_minutes and params.maximum_minutes * 60
    local usual <const> = usual_limit(subject, params)
    if limit and subject.seconds > limit then
      report(subject, ctx, limit, "the platform allows")
    elseif usual and subject.seconds > usual then
      report(subject, ctx, usual, ("usual (%s)"):format(duration.format(subject.usual_seconds)))
    end
  end,
}
