-- Contracts at the end of their life that are still checked: somebody still reads by them.

local document <const> = require "host.document"
local lifecycle <const> = require "contract.lifecycle"
local system <const> = require "host.system"

local M = {}

local function words(ending, verb)
  local out = verb
  if ending.replacement then
    out = ("%s; '%s' replaces it"):format(out, ending.replacement)
  end
  return ending.reason and ("%s (%s)"):format(out, ending.reason) or out
end

local function judge(subject)
  local ending <const> = lifecycle.of(document.build(subject.normal))
  local today <const> = system.date(subject.now // 1000)
  local is_retired <const> = ending.status == "retired" or ending.retired and ending.retired <= today
  local is_sunset <const> = ending.status == "sunset" or ending.sunset and ending.sunset <= today
  if is_retired then
    return "retired", "critical", words(ending, "the contract is retired")
  elseif is_sunset then
    return "sunset", "error", words(ending, ending.sunset and ("the contract's sunset was on %s"):format(ending.sunset)
      or "the contract is at its sunset")
  elseif ending.status == "deprecated" or ending.announced and ending.announced <= today then
    return "deprecated", "warning", words(ending, ending.sunset
      and ("the contract is deprecated, its sunset is on %s"):format(ending.sunset) or "the contract is deprecated")
  end
  return nil
end

---@param subject floe.check.subject
---@param add fun(pending: table)
function M.plan(subject, add)
  local status <const>, grade <const>, message <const> = judge(subject)
  if status then
    add { rule = status, expected = "active", judge = function()
      return { { status = "violation", severity = grade, actual = status, message = message } }
    end }
  end
end

return M
