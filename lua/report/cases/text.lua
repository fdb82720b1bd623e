-- Policies' tests for people: a line a case, and for a failed one the values of each part of its assertion.
local terminal <const> = require "terminal"
local totals <const> = require "report.cases.totals"

local M = {}

local function print_block(out, text)
  for _, line in ipairs(terminal.lines(text)) do
    out:line("          " .. line)
  end
end

local function print_case(out, case)
  if case.ok and out.quiet then
    return
  end
  local mark <const> = case.ok and out:paint("green", "✓") or out:paint("red", "✗")
  local cost = ""
  if out.verbose and case.instructions then
    cost = out:paint("dim", (" (%s, %s)"):format(terminal.count(case.subjects or 0, "subject"),
      terminal.count(case.instructions, "instruction")))
  end
  out:line("      " .. mark .. " " .. terminal.clean(case.name) .. cost)
  if not case.ok then
    print_block(out, totals.failure(case))
  end
end

local function is_shown(out, policy)
  if not out.quiet or policy.error then
    return true
  end
  for _, case in ipairs(policy.cases or {}) do
    if not case.ok then
      return true
    end
  end
  return false
end

local function print_policy(out, policy)
  if not is_shown(out, policy) then
    return
  end
  out:line(out:paint("bold", terminal.clean(policy.id)))
  for _, case in ipairs(policy.cases or {}) do
    print_case(out, case)
  end
  if policy.error then
    out:line("      " .. out:paint("red", "✗") .. " its tests did not run")
    print_block(out, totals.problem(policy.error))
  elseif not policy.tested then
    out:line("      " .. out:paint("yellow", "!") .. " has no tests")
  end
end

--- Prints results and a closing line.
---@param out terminal
---@param results report.cases.results
---@param seconds number
function M.print(out, results, seconds)
  for _, bundle in ipairs(results.bundles) do
    if not out.quiet then
      out:line(("Bundle %s (%s)"):format(terminal.clean(bundle.name), terminal.clean(bundle.path)))
      out:line()
    end
    for _, policy in ipairs(bundle.policies) do
      print_policy(out, policy)
    end
    if not out.quiet then
      out:line()
    end
  end
  local counts <const> = totals.count(results)
  local untested <const> = counts.untested > 0
    and (", %s without tests"):format(terminal.count(counts.untested, "policy", "policies")) or ""
  local colour <const> = counts.failed > 0 and "red" or "green"
  out:line(out:paint(colour, ("%d passed, %d failed, 0 skipped"):format(counts.passed, counts.failed))
    .. (": %s%s (%s)"):format(terminal.count(counts.policies, "policy", "policies"), untested,
      terminal.duration(seconds)))
end

return M
