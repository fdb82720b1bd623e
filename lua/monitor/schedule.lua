-- When each check of each contract is due. A check has slots: multiples of its interval, moved by a share of it that is
-- the contract's own, so that not everything is asked at once, and the same after every start. A check is due once a
-- slot: nothing adds up when one takes long, and after a pause or a leap of the clock there is one check, not many.
--
-- All times are milliseconds since 1970.

local digest <const> = require "host.digest"
local duration <const> = require "floe.duration"

local M = {}

--- Seconds between two checks of a type, where the platform says nothing else.
M.INTERVALS = { freshness = 900, schema_drift = 3600, quality = 21600, availability = 300 }

--- The types, in the order in which they are checked and told.
M.TYPES = { "freshness", "schema_drift", "quality", "availability" }

local LEAST <const> = 1 -- seconds: shorter intervals would check without end
local SHARES <const> = 5 -- of the shortest interval: contracts whose moments fall into one share are asked together

---@alias floe.monitor.intervals table<string, integer> seconds by the type of the check; one without is not checked

--- The intervals that a platform asks for.
---@param settings table? `governance.data_contracts.monitoring`
---@return floe.monitor.intervals
---@return string[] problems what was not understood; there the default stands
function M.intervals(settings)
  local out <const>, problems <const> = {}, {}
  for _, kind in ipairs(M.TYPES) do
    local asked <const> = (settings or {})[kind] or {}
    local seconds = M.INTERVALS[kind]
    if asked.check_interval ~= nil then
      local said <const> = duration.seconds(asked.check_interval)
      if not said or said < LEAST then
        problems[#problems + 1] = ("monitoring.%s.check_interval: '%s' is no duration of at least a second"):format(
          kind, tostring(asked.check_interval))
      else
        seconds = math.floor(said)
      end
    end
    out[kind] = asked.enabled ~= false and seconds or nil
  end
  return out, problems
end

---@class floe.monitor.item a check of a contract
---@field contract string
---@field type string
---@field interval integer milliseconds
---@field offset integer milliseconds behind the multiples of the interval
---@field slot integer? the last one in which it was checked
---@field due integer
---@field skipped integer slots that went by without a check, so far

---@class floe.monitor.schedule
---@field heap floe.monitor.item[] the earliest first
local Schedule <const> = {}
Schedule.__index = Schedule

local function slot_of(item, now)
  return (now - item.offset) // item.interval
end

-- ---- the heap: what is due next stands first -----------------------------------------------------------------

-- Of what is due together the order is always the same.
local function before(a, b)
  if a.due ~= b.due then
    return a.due < b.due
  elseif a.contract ~= b.contract then
    return a.contract < b.contract
  end
  return a.type < b.type
end

local function sink(heap, index)
  local item <const>, count <const> = heap[index], #heap
  while true do
    local child = 2 * index
    if child > count then
      break
    end
    if child < count and before(heap[child + 1], heap[child]) then
      child = child + 1
    end
    if not before(heap[child], item) then
      break
    end
    heap[index], index = heap[child], child
  end
  heap[index] = item
end

local function order(heap)
  for index = #heap // 2, 1, -1 do
    sink(heap, index)
  end
end

-- ---- making ------------------------------------------------------------------------------------------------

-- Where a contract's slots begin within an interval: by its name, in steps of `step`.
local function offset_of(name, interval, step)
  local number <const> = tonumber(digest.sha256(name):sub(1, 12), 16)
  return number % math.max(interval // step, 1) * step
end

-- Contracts are asked together within a share of the shortest interval.
local function step_of(contracts)
  local shortest = math.huge
  for _, contract in ipairs(contracts) do
    for _, seconds in pairs(contract.intervals) do
      shortest = math.min(shortest, seconds)
    end
  end
  return shortest < math.huge and shortest * 1000 // SHARES or 1000
end

--- A schedule. A check that was never done is due at once, one that was done in its present slot is not.
---@param contracts { name: string, intervals: floe.monitor.intervals }[] names tell them apart
---@param last (fun(contract: string, type: string): integer?)? when it was checked last
---@return floe.monitor.schedule
function M.new(contracts, last)
  local self <const> = setmetatable({ heap = {} }, Schedule)
  local step <const> = step_of(contracts)
  for _, contract in ipairs(contracts) do
    for _, kind in ipairs(M.TYPES) do
      local seconds <const> = contract.intervals[kind]
      if seconds then
        local interval <const> = seconds * 1000
        local item <const> = {
          contract = contract.name, type = kind, interval = interval, skipped = 0,
          offset = offset_of(contract.name, interval, step),
        }
        local at <const> = last and last(contract.name, kind)
        item.slot = at and slot_of(item, at)
        item.due = item.slot and (item.slot + 1) * interval + item.offset or math.mininteger
        self.heap[#self.heap + 1] = item
      end
    end
  end
  order(self.heap)
  return self
end

-- ---- asking ------------------------------------------------------------------------------------------------

--- When something is due next; nil where nothing ever is. What was never checked is due before all times.
---@return integer?
function Schedule:next()
  return self.heap[1] and self.heap[1].due
end

-- The clock was set back by more than a slot: the slots that were are not waited for again.
local function follow_back(self, now)
  local moved = false
  for _, item in ipairs(self.heap) do
    local slot <const> = slot_of(item, now)
    if item.slot and slot < item.slot - 1 then
      item.slot, moved = slot, true
      item.due = (slot + 1) * item.interval + item.offset
    end
  end
  if moved then
    order(self.heap)
  end
end

--- What is due; it counts as checked in its present slot.
---@param now integer
---@return floe.monitor.item[]
function Schedule:take(now)
  if self.last and now < self.last then
    follow_back(self, now)
  end
  self.last = now
  local heap <const>, out <const> = self.heap, {}
  while heap[1] and heap[1].due <= now do
    local item <const> = heap[1]
    local slot <const> = slot_of(item, now)
    item.skipped = item.skipped + (item.slot and math.max(slot - item.slot - 1, 0) or 0)
    item.slot, item.due = slot, (slot + 1) * item.interval + item.offset
    out[#out + 1] = item
    sink(heap, 1)
  end
  return out
end

--- Lets what was taken be due once more, as it came to nothing: at a moment, or in its next slot where that is earlier.
---@param items floe.monitor.item[]
---@param at integer
function Schedule:again(items, at)
  for _, item in ipairs(items) do
    item.due = math.min(item.due, at)
  end
  order(self.heap)
end

return M
