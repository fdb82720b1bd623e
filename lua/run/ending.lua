-- How a run ends: what dbt's end comes to, what is said of it, and the one end that those who keep evidence are told.

local execution <const> = require "run.execution"
local files <const> = require "host.files"
local keeping <const> = require "run.keeping"
local problem <const> = require "manifest.problem"
local system <const> = require "host.system"

local M = {}

local EXIT_FAILED <const>, EXIT_INPUT <const>, EXIT_OUTSIDE <const> = 1, 2, 4
local EXIT_BUG <const>, EXIT_SIGNAL <const> = 70, 128

-- Of a model, a test or dbt itself that failed, in reports that sort by codes.
local CODE_FAILED <const> = "FLOE-E807"

local KINDS <const> = { model = "Transform", seed = "Seed", snapshot = "Snapshot", test = "Test",
  unit_test = "Unit test", operation = "Operation" }

local STEP_STATUSES <const> = { complete = "ok", aborted = "aborted" }

local function now()
  return system.nanoseconds() // 1000000
end

local function nothing_selected(unmatched)
  local named <const> = #unmatched > 0 and (": '%s'"):format(table.concat(unmatched, "', '")) or ""
  return problem.with(nil, "nothing was selected" .. named, "`dbt ls --select …` shows what a selection names")
end

--- What dbt's end comes to: a status, an exit code, and what is to be said.
---@param run floe.run.running
---@param heard floe.run.heard
---@return "complete"|"failed"|"aborted" status
---@return integer exit
---@return floe.problem[]? problems
function M.outcome(run, heard)
  if heard.interrupted then
    return "aborted", EXIT_SIGNAL + system.interrupted(), nil
  elseif #run.work.failed > 0 then
    return "failed", EXIT_FAILED, heard.code ~= 0 and heard.code ~= 1 and heard.problems or nil
  elseif heard.code ~= 0 then
    local first <const> = heard.problems[1]
    local outside <const> = first.outside or first.kind_of_error == "outside"
    return "failed", outside and EXIT_OUTSIDE or EXIT_FAILED, heard.problems
  elseif #run.work.nodes == 0 then
    return "failed", EXIT_INPUT, { nothing_selected(heard.unmatched) }
  end
  return "complete", 0, nil
end

local function say_failures(run)
  for _, node in ipairs(run.work.failed) do
    if node.status ~= "aborted" then
      local file <const> = node.file and files.normalize(files.join(run.plan.project, node.file))
      run:fail({
        subject = node.unique_id, file = file and files.is_file(file) and file or nil,
        message = ("%s %s failed%s"):format(KINDS[node.kind] or node.kind, node.name,
          node.message and "\n" .. node.message or ""),
        hint = ("[View logs] %s\nTrace: %s"):format(execution.log_of(run.plan), run.trace.trace_id),
      }, EXIT_FAILED, CODE_FAILED)
    end
  end
end

-- A run that began is told one end. The ledger hears it first: whether it holds the run may decide how that ended.
local function tell_end(run, result)
  if run.result then
    return run.result
  end
  run.result = result
  run.observers:tell_own("command_ended", result)
  local settled <const>, missing <const> = keeping.settle(run.plan, run.observers, result)
  run.result = settled
  run.observers:tell_others("command_ended", settled)
  return settled, missing
end

--- Ends a run in which something was raised, a bug or an interruption, for those who keep evidence of it.
---@param run floe.run.running
---@param raised any
function M.give_up(run, raised)
  local signal <const> = type(raised) == "table" and raised.interrupted and system.interrupted()
  tell_end(run, {
    at = now(), seconds = run:seconds(), status = signal and "aborted" or "failed", counts = run.work.counts,
    exit = signal and EXIT_SIGNAL + signal or EXIT_BUG, message = not signal and "a bug in floe ended the run" or nil,
    error_type = not signal and "bug" or nil, whole = run.whole,
  })
  run.observers:close()
end

-- What evidence and people are told of an end.
local function result_of(run, status, exit, problems)
  local first <const> = problems and problems[1] or run.work.failed[1]
  return {
    at = now(), seconds = run:seconds(), status = status, exit = exit, counts = run.work.counts, whole = run.whole,
    message = first and first.message or run.stopped and "a policy ended the run" or nil,
    error_type = first and (first.kind and first.unique_id and "dbt." .. first.kind or "dbt")
      or run.stopped and "policy" or nil,
  }
end

--- Ends a run.
---@param run floe.run.running
---@param status "complete"|"failed"|"aborted"
---@param exit integer
---@param problems floe.problem[]? to be said
---@return integer exit
function M.finish(run, status, exit, problems)
  local signal <const> = system.interrupted()
  if signal then -- also where it came while policies judged or contracts were checked
    status, exit = "aborted", EXIT_SIGNAL + signal
  end
  run.steps:finish(STEP_STATUSES[status] or "failed")
  say_failures(run)
  for _, wrong in ipairs(problems or {}) do
    run:fail(wrong, exit, CODE_FAILED)
  end
  local result <const>, missing <const> = tell_end(run, result_of(run, status, exit, problems))
  if missing then
    run:fail(missing, EXIT_OUTSIDE)
  end
  run.screen:command_ended(result)
  if status ~= "complete" and #run.work.nodes > 0 then
    run.screen:advise(status)
  end
  return result.exit
end

return M
