-- What clocks show at the moment that is judged, in the time zones that policies' params name: a policy has no clock,
-- and no database of time zones.

local calendar <const> = require "calendar"
local zone <const> = require "host.zone"

local M = {}

local WEEKDAYS <const> = { [0] = "sun", "mon", "tue", "wed", "thu", "fri", "sat" }

-- The zones that a value of a param names.
local function collect(out, param, value)
  if param.type == "timezone" then
    out[value] = true
  elseif param.of and type(value) == "table" then
    for _, item in pairs(value) do
      collect(out, param.of, item)
    end
  end
end

local function zones_of(policies)
  local out <const> = { UTC = true }
  for _, policy in ipairs(policies) do
    for _, instance in ipairs(policy.instances) do
      for name, value in pairs(instance.params) do
        collect(out, policy.definition.params[name], value)
      end
    end
  end
  return out
end

local function seconds_of(moment)
  local day <const>, hour <const>, minute <const>, second <const> = moment:match("^([%d-]+)T(%d%d):(%d%d):(%d%d)Z$")
  return calendar.seconds(day) + hour * 3600 + minute * 60 + second
end

--- The clocks that policies need, by zone.
---@param policies table[] from enforce.settings
---@param moment string YYYY-MM-DDThh:mm:ssZ
---@return table<string, { day: string, time: string, weekday: string }>
function M.of(policies, moment)
  local seconds <const>, out <const> = seconds_of(moment), {}
  for name in pairs(zones_of(policies)) do
    local now <const> = zone.at(name, math.tointeger(seconds))
    out[name] = {
      day = ("%04d-%02d-%02d"):format(now.year, now.month, now.day), time = ("%02d:%02d"):format(now.hour, now.minute),
      weekday = WEEKDAYS[now.weekday],
    }
  end
  return out
end

return M
