-- A run as one verdict, which every report can show: what policies found before it, after it and in its contracts, and
-- as errors what failed in it.

local outcomes <const> = require "enforce.verdict"
local system <const> = require "host.system"

local M = {}

local COUNTED <const> = { "subjects", "checks", "pass", "warn", "alert", "block", "waived", "baseline" }

local EXIT_INPUT <const>, EXIT_OUTSIDE <const>, EXIT_SIGNAL <const> = 2, 4, 128

--- The kind of error that a problem is, by the exit code that it ends a run with.
---@param exit integer
---@return string
function M.kind_of(exit)
  return exit == EXIT_INPUT and "input" or exit == EXIT_OUTSIDE and "outside" or "run"
end

local function append(list, more)
  table.move(more or {}, 1, #(more or {}), #list + 1, list)
end

-- A policy that was asked at several moments is one.
local function add_policies(policies, by_id, more)
  for _, policy in ipairs(more) do
    local known <const> = by_id[policy.id]
    if known then
      known.checks, known.findings = known.checks + policy.checks, known.findings + policy.findings
      known.summary = known.summary or policy.summary
    else
      by_id[policy.id] = setmetatable({ checks = policy.checks, findings = policy.findings, summary = policy.summary },
        { __index = policy })
      policies[#policies + 1] = by_id[policy.id]
    end
  end
end

local function add_inputs(inputs, seen, more)
  for _, input in ipairs(more or {}) do
    if not seen[input.path] then
      seen[input.path] = true
      inputs[#inputs + 1] = input
    end
  end
end

local function add_errors(errors, run, exit)
  append(errors, run.problems)
  if exit > EXIT_SIGNAL then
    errors[#errors + 1] = { kind = "interrupted", message = "the run was interrupted" }
  end
end

--- The verdict on a run.
---@param run floe.run.running
---@param exit integer that it ended with
---@return table verdict as of every phase, with the `nodes` that ran
function M.of(run, exit)
  local asked <const>, product <const> = run.asked, run.product or {}
  local out <const> = {
    schema = "floe.dev/verdict/v1", command = "run", floe = system.versions().floe, as_of = asked.now, platform = {},
    product = { id = product.id, version = product.version, path = asked.folder },
    findings = {}, errors = {}, notes = {}, policies = {}, inputs = {}, counts = {}, nodes = run.work.nodes,
  }
  local by_id <const>, seen <const> = {}, {}
  for _, key in ipairs(COUNTED) do
    out.counts[key] = 0
  end
  for _, verdict in ipairs(run.verdicts) do
    out.platform, out.dbt = verdict.platform, verdict.dbt
    for _, list in ipairs { "findings", "errors", "notes" } do
      append(out[list], verdict[list])
    end
    for _, key in ipairs(COUNTED) do
      out.counts[key] = out.counts[key] + (verdict.counts[key] or 0)
    end
    add_policies(out.policies, by_id, verdict.policies)
    add_inputs(out.inputs, seen, verdict.inputs)
  end
  add_errors(out.errors, run, exit)
  out.counts.policies, out.counts.errors = #out.policies, #out.errors
  out.verdict, out.exit = outcomes.outcome(out.errors, out.counts), exit
  return out
end

return M
