local policy <const> = require "floe.policy"
local text <const> = require "floe.text"

-- Why an approval does not hold; nil where it does.
local function flaw(approval, version, as_of)
  if approval.version and approval.version ~= version then
    return ("it is for version %s"):format(approval.version)
  elseif approval.from and as_of < approval.from then
    return ("it begins on %s"):format(approval.from)
  elseif as_of > approval.expires then
    return ("it expired on %s"):format(approval.expires)
  end
end

local function name_of(approval)
  return ("%s%s"):format(approval.approved_by, approval.ticket and (" (%s)"):format(approval.ticket) or "")
end

-- The approval that holds; or, of those that do not, the last, and why.
local function find(run, version, as_of)
  local last, why
  for _, approval in ipairs(run.approvals) do
    local wrong <const> = flaw(approval, version, as_of)
    if not wrong then
      return approval
    end
    last, why = approval, wrong
  end
  return nil, last, why
end

return policy.define {
  id = "run.approval",
  code = "FLOE-E802",
  title = "What runs where it matters was approved",
  why = "Somebody has to have looked before a new version touches what customers see.",
  help = [[
Ask the platform team to record it in a platform manifest, with who gave it and until when:

    governance:
      approvals:
        - { product: sales.orders, environment: prod, approved_by: release board, ticket: REL-7,
            reason: version 2 reviewed, version: 2.0.0, expires: 2027-03-31 }]],
  targets = "run",
  phases = "run",
  params = {
    environments = policy.list(policy.string(), {}, {
      doc = "globs over the environments in which a run needs an approval", stricter = "superset",
    }),
  },
  summary = function(params)
    return #params.environments == 0 and "no environment needs one" or "no run without approval"
  end,

  check = function(run, ctx)
    if run.moment ~= "before" or not ctx.environment or not text.glob_any(ctx.params.environments, ctx.environment) then
      return
    end
    local version <const> = ctx.product and ctx.product.version
    local approval <const>, last <const>, why <const> = find(run, version, ctx.as_of)
    if approval then
      ctx:note(("approved by %s until %s"):format(name_of(approval), approval.expires))
      return
    end
    ctx:report {
      at = last and last.at,
      path = ctx.environment,
      message = ("'%s' has no approval to run in '%s'%s"):format(run.name, ctx.environment,
        last and (": %s"):format(why) or ""),
      expected = ("an approval for %s%s on %s"):format(run.name, version and " " .. version or "", ctx.as_of),
      actual = last and ("that of %s: %s"):format(name_of(last), why) or "none",
      suggest = "ask the platform team to record one in governance.approvals",
    }
  end,
}
