-- Can the data be reached? Each table of a contract is read once. Where the contract promises a share of the time, what
-- the ledger knows of the last 30 days counts with it, once there were as many checks as the share can be told by.

local promise <const> = require "contract.promise"
local severity <const> = require "check.severity"

local M = {}

-- Failures after which it is not known whether the table can be read.
local UNKNOWN <const> = { locked = true, ambiguous = true, unsupported = true, outside = true, refused = true }

local function promised(subject)
  for _, level in ipairs(subject.normal.slaProperties or {}) do
    if promise.level_name(level.property) == "availability" then
      return promise.level_percent(level)
    end
  end
  return nil
end

local function percent(value)
  return (("%.2f"):format(value):gsub("%.?0+$", "")) .. "%"
end

local function judge(subject, target, share, answer)
  local err <const> = answer.error or answer.probe_error
  if err and UNKNOWN[err.code] then
    return (require("check.run").failure(err))
  end
  local up, looked = subject.availability(target.name)
  up, looked = up + (err and 0 or 1), looked + 1
  if not share or share >= 100 or looked < 100 / (100 - share) then
    up, looked = err and 0 or 1, 1
  end
  local value <const> = 100 * up / looked
  local part <const> = { value = value, actual = percent(value), expected = share and percent(share) or nil }
  if err then
    part.status, part.severity, part.message = "violation", "critical", require("check.run").failure(err).message
  elseif share and value < share then
    part.status, part.severity = "violation", severity.of_breach(subject, "availability", target.name)
    part.message = ("'%s' could be read in %d of %d checks of the last 30 days: %s, SLA is %s"):format(target.name, up,
      looked, percent(value), percent(share))
  else
    part.status, part.message = "pass", (answer.schema_only and "the catalog has '%s'; its data were not read"
      or "'%s' can be read"):format(target.name)
  end
  return part
end

---@param subject floe.check.subject
---@param add fun(pending: table)
function M.plan(subject, add)
  local share <const> = promised(subject)
  for _, target in ipairs(subject.targets) do
    target.probe = true
    add { target = target, judge = function(answer)
      return { judge(subject, target, share, answer) }
    end }
  end
end

return M
