-- Until when a verdict stands: a mode that is dated, or a waiver that expires, makes the same inputs another verdict.

local calendar <const> = require "calendar"
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

--- The last day on which what the tiers say today still holds; nil where nothing is dated.
---@param tiers floe.tier[]
---@param today string YYYY-MM-DD
---@return string?
function M.of(tiers, today)
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
  return last
end

return M
