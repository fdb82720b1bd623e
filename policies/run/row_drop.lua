local policy <const> = require "floe.policy"

local MAKES_ROWS <const> = { model = true, seed = true, snapshot = true }

-- Whether how many rows were written says how many there are.
local function is_whole(node, run)
  return node.materialization ~= "incremental" or run ~= nil and run.full_refresh
end

local function number(value)
  return ("%d"):format(math.floor(value + 0.5))
end

return policy.define {
  id = "run.row_drop",
  code = "FLOE-E804",
  title = "Tables keep about as many rows as they use to have",
  why = "Half a table passes every test on its rows; nobody sees what is missing.",
  help = [[
Look at what the model reads: a source that was loaded in part, a join that lost its matches, a filter that is new.
Where the table is meant to be smaller, the usual count follows after some runs, and a waiver says so until then. Of an
incremental model only the new rows are counted: it is looked at where `incremental` is set.]],
  targets = "run_node",
  phases = "run",
  params = {
    maximum_drop = policy.number(50, { doc = "percent of the usual rows that may be missing", min = 0, max = 100,
      stricter = "lower" }),
    least_rows = policy.integer(100, { doc = "tables that usually have fewer are not looked at", min = 1,
      stricter = "lower" }),
    least_runs = policy.integer(2, { doc = "runs that make a usual one", min = 1, stricter = "lower" }),
    incremental = policy.boolean(false, { doc = "look at incremental models, too", stricter = true }),
  },
  summary = function(params)
    return ("no table lost more than %g%%"):format(params.maximum_drop)
  end,

  check = function(node, ctx)
    local params <const>, usual <const> = ctx.params, node.usual_rows
    if not MAKES_ROWS[node.kind] or node.status ~= "success" or not node.rows or not usual
      or usual < params.least_rows or node.past_runs < params.least_runs
      or not (params.incremental or is_whole(node, ctx.run)) then
      return
    end
    local drop <const> = (usual - node.rows) / usual * 100
    if drop > params.maximum_drop then
      ctx:report {
        message = ("%s '%s' has %d rows, %.1f%% fewer than usual (%s)"):format(node.kind, node.name, node.rows, drop,
          number(usual)),
        expected = ("at least %s rows"):format(number(math.ceil(usual * (1 - params.maximum_drop / 100)))),
        actual = ("%d rows"):format(node.rows),
        suggest = "look at what it reads: a load that is not complete, a join or a filter that is new",
      }
    end
  end,
}
