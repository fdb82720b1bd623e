local policy <const> = require "floe.policy"
local text <const> = require "floe.text"

local function report(ctx, path, message, expected, actual)
  ctx:report {
    path = path, message = message, expected = expected, actual = actual,
    suggest = "find out why before it is tried again: `floe ledger list` shows the runs before",
  }
end

return policy.define {
  id = "run.retries",
  code = "FLOE-E806",
  title = "Runs succeed without being tried again and again",
  why = "What passes at the fourth attempt will fail on the night on which nobody tries a fourth time.",
  help = [[
A run that is tried again after it failed, and a product whose last runs all failed, are told before they begin. Read
what dbt said the first time, and repair that: a lock, a timeout, a source that comes late.]],
  targets = { "run", "run_node" },
  phases = "run",
  mode = "warn",
  params = {
    maximum = policy.integer(2, { doc = "how often a run may be tried again", min = 0, stricter = "lower" }),
    failures = policy.integer(3, { doc = "runs that may fail one after the other", min = 1, stricter = "lower" }),
  },
  summary = "no run is tried again and again",

  check = function(subject, ctx)
    local params <const>, retries <const> = ctx.params, subject.attempt - 1
    local most <const> = ("at most %s"):format(text.count(params.maximum, "retry", "retries"))
    if subject ~= ctx.run then
      if retries > params.maximum and not subject.reused then
        report(ctx, nil, ("'%s' ended with %s at its attempt %d"):format(subject.name, subject.status,
          subject.attempt), most, text.count(retries, "retry", "retries"))
      end
    elseif subject.moment == "before" then
      if retries > params.maximum then
        report(ctx, "attempt", ("'%s' is tried for the %dth time"):format(subject.name, subject.attempt), most,
          text.count(retries, "retry", "retries"))
      elseif subject.failures_in_row > params.failures then
        report(ctx, "failures_in_row", ("the last %d runs of '%s' failed"):format(subject.failures_in_row,
          subject.name), ("at most %d failures one after the other"):format(params.failures),
          text.count(subject.failures_in_row, "failure"))
      end
    end
  end,
}
