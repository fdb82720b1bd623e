-- The four steps of a run, one after the other: who watches is told when each begins and ends.

local system <const> = require "host.system"

local M = {}

local TITLES <const> = {
  "Starting runtime", "Executing transforms", "Running quality checks", "Validating contracts",
}

M.RUNTIME, M.TRANSFORMS, M.QUALITY, M.CONTRACTS = 1, 2, 3, 4

---@class floe.run.step
---@field index integer
---@field total integer
---@field title string
---@field at integer milliseconds since 1970: when it began, and once it ended, when it did
---@field status "ok"|"failed"|"aborted"|nil nil while it goes on
---@field seconds number? that it took

---@class floe.run.steps
---@field run floe.run.running
---@field current floe.run.step? the one that goes on
local Steps <const> = {}
Steps.__index = Steps

--- The steps of a run, none of which has begun.
---@param run floe.run.running
---@return floe.run.steps
function M.of(run)
  return setmetatable({ run = run }, Steps)
end

local function now()
  return system.nanoseconds() // 1000000
end

--- Begins a step; the one before it ended well.
---@param index integer
---@param more table? what the screen is told beside it
function Steps:begin(index, more)
  self:finish "ok"
  local step <const> = { index = index, total = #TITLES, title = TITLES[index], at = now(), begin = system.monotonic() }
  self.current = step
  self.run.screen:step_started(setmetatable(more or {}, { __index = step }))
  self.run:tell("step_started", step)
end

--- Ends the step that goes on, if one does.
---@param status "ok"|"failed"|"aborted"
function Steps:finish(status)
  local step <const> = self.current
  if step then
    step.status, step.at, step.seconds = status, now(), system.monotonic() - step.begin
    self.run:tell("step_ended", step)
    self.current = nil
  end
end

--- Whether a step goes on.
---@param index integer
---@return boolean
function Steps:is_at(index)
  return self.current ~= nil and self.current.index == index
end

return M
