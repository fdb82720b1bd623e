-- What the manager of services that started this one is told, where it wants to know (`Type=notify` of systemd): that
-- the service is ready, reads its settings anew, or stops, and now and then that it still turns.

local system <const> = require "host.system"

local M = {}

---@class floe.monitor.manager
---@field complain fun(err: table) hears once that the manager cannot be told
---@field often number? seconds within which it wants a sign of life, halved; nil where it does not watch for any
---@field last number? of the monotonic clock, when one was given
---@field failed boolean?
local Manager <const> = {}
Manager.__index = Manager

-- The manager may watch another process than this one.
local function pace()
  local asked <const> = math.tointeger(tonumber(system.env "WATCHDOG_USEC"))
  local watched <const> = system.env "WATCHDOG_PID"
  return asked and asked > 0 and (not watched or watched == tostring(system.pid)) and asked / 2000000 or nil
end

---@param complain fun(err: table)
---@return floe.monitor.manager
function M.open(complain)
  return setmetatable({ complain = complain, often = pace() }, Manager)
end

local function tell(self, text)
  local told <const>, err <const> = system.notify(text)
  if not told and not self.failed then
    self.failed = true
    self.complain(err)
  end
end

---@param status string what people are shown
function Manager:ready(status)
  tell(self, ("READY=1\nSTATUS=%s"):format(status))
end

function Manager:reloading()
  tell(self, ("RELOADING=1\nMONOTONIC_USEC=%d"):format(math.floor(system.monotonic() * 1000000)))
end

function Manager:stopping()
  tell(self, "STOPPING=1")
end

--- A sign of life, where one is wanted by now.
function Manager:turn()
  local now <const> = system.monotonic()
  if self.often and (not self.last or now - self.last >= self.often / 2) then
    self.last = now
    tell(self, "WATCHDOG=1")
  end
end

return M
