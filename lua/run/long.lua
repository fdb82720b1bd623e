-- Nodes that take long: each is told of once it ran for a minute, and every five minutes from then on, so that who
-- watches from afar knows a long run from a lost one. FLOE_RUNNING_AFTER is another time than that minute, in seconds.

local system <const> = require "host.system"

local M = {}

local FIRST <const>, TIMES <const> = 60, 5 -- seconds; how much longer than that the next ones take

---@class floe.run.long
---@field tell fun(node: floe.run.node)
---@field clock fun(): number seconds
---@field first number seconds
---@field due table<floe.run.node, number> when each node that runs is to be told of
local Long <const> = {}
Long.__index = Long

--- Watches over nodes that run.
---@param tell fun(node: floe.run.node)
---@param clock (fun(): number)? the monotonic one where it is nil
---@return floe.run.long
function M.new(tell, clock)
  local set <const> = tonumber(system.env "FLOE_RUNNING_AFTER")
  return setmetatable({
    tell = tell, clock = clock or system.monotonic, first = set and set > 0 and set or FIRST, due = {},
  }, Long)
end

---@param node floe.run.node
function Long:started(node)
  self.due[node] = self.clock() + self.first
end

---@param node floe.run.node the same as when it started
function Long:ended(node)
  self.due[node] = nil
end

--- Tells of the nodes whose time has come.
---@return number? seconds until the next one's comes; nil where none runs
function Long:look()
  local now <const>, next_one = self.clock(), nil
  for node, at in pairs(self.due) do
    if at <= now then
      at = now + TIMES * self.first
      self.due[node] = at
      self.tell(node)
    end
    next_one = math.min(next_one or at, at)
  end
  return next_one and next_one - now
end

return M
