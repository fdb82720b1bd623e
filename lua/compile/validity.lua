-- Until when a verdict stands: a mode that is dated, a waiver that expires, or a contract that reaches another stage of
-- its life makes the same inputs another verdict.

local calendar <const> = require "calendar"
local contracts <const> = require "floe.contract"
local document <const> = require "host.document"

local M = {}

local function is_date(value)
  return type(value) == "string" and value:find("^%d%d%d%d%-%d%d%-%d%d$") ~= nil
end

-- Every `from` below a value.
local function each_start(value, visit)
  if type(value) ~= "table" then
    return
  end
  for key, member in pairs(value) do
    if key == "from" and is_date(member) then
      visit(member)
    else
      each_start(member, visit)
    end
  end
end

-- How many days a sunset lasts where a contract does not say it, for the policies that judge.
local function sunset_days(policies)
  local known <const> = {}
  for _, policy in ipairs(policies) do
    for _, instance in ipairs(policy.instances) do
      known[#known + 1] = instance.params.sunset_days
    end
  end
  return known
end

-- The days on which a contract enters another stage.
local function days_of(life, sunsets)
  local out <const> = { life.announced or false, life.sunset or false, life.retired }
  for _, days in ipairs(not life.retired and is_date(life.sunset) and sunsets or {}) do
    out[#out + 1] = contracts.date(contracts.day(life.sunset) + days)
  end
  return out
end

--- The last day on which what the tiers and the contracts say today still holds; nil where nothing is dated.
---@param tiers floe.tier[]
---@param today string YYYY-MM-DD
---@param lives floe.contract.lifecycle[]
---@param policies table[] those that judge, of enforce.settings
---@return string?
function M.of(tiers, today, lives, policies)
  local last
  local function until_day(day)
    if day >= today and (not last or day < last) then
      last = day
    end
  end
  for _, tier in ipairs(tiers) do
    local governance <const> = tier.governance ~= nil and document.plain(tier.governance) or {}
    each_start(governance.policies, function(date)
      if date > today then
        until_day(calendar.before(date))
      end
    end)
    for _, list in ipairs { governance.waivers or {}, governance.policy_overrides or {} } do
      for _, waiver in ipairs(list) do
        if is_date(waiver.expires) then
          until_day(waiver.expires)
        end
      end
    end
  end
  local sunsets <const> = sunset_days(policies)
  for _, life in ipairs(lives) do
    for _, day in ipairs(days_of(life, sunsets)) do
      if is_date(day) and day > today then
        until_day(calendar.before(day))
      end
    end
  end
  return last
end

return M
