-- Metrics of one command, counted until they are handed over: sums, gauges and histograms with explicit bounds. A
-- balance is a sum that may fall: it goes on where others begin anew.
local encode <const> = require "evidence.otlp.encode"
local json <const> = require "host.json"

local M = {}

local MOST_POINTS <const> = 200 -- of one request

-- Seconds: from what a check of a rule takes to what a large model does.
local SECONDS <const> = { 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600 }

---@class floe.otlp.meter
---@field temporality "delta"|"cumulative"
---@field began number milliseconds since 1970: from when balances count
---@field started number from when all else counts
---@field order string[]
---@field metrics table<string, table>
local Meter <const> = {}
Meter.__index = Meter

---@param temporality "delta"|"cumulative"
---@param at number
---@return floe.otlp.meter
function M.new(temporality, at)
  return setmetatable({ temporality = temporality, began = at, started = at, order = {}, metrics = {} }, Meter)
end

local function key_of(attributes)
  local parts <const> = {}
  for index, pair in ipairs(attributes) do
    parts[index] = ("%s=%s"):format(pair[1], tostring(pair[2]))
  end
  return table.concat(parts, "\0")
end

-- The point of these attributes, made where there is none.
local function point_of(self, kind, definition, attributes)
  local metric = self.metrics[definition.name]
  if not metric then
    metric = { kind = kind, definition = definition, points = {}, order = {} }
    self.metrics[definition.name] = metric
    table.insert(self.order, definition.name)
  end
  local key <const> = key_of(attributes)
  local point = metric.points[key]
  if not point then
    point = { attributes = attributes }
    metric.points[key] = point
    table.insert(metric.order, key)
  end
  return point
end

---@alias floe.otlp.definition { name: string, unit: string, description: string, balance: boolean? }

--- Counts.
---@param definition floe.otlp.definition
---@param value integer
---@param attributes { [1]: string, [2]: any }[]
function Meter:add(definition, value, attributes)
  local point <const> = point_of(self, "sum", definition, attributes)
  point.value = (point.value or 0) + value
end

--- Says how something stands.
---@param definition floe.otlp.definition
---@param value number
---@param attributes { [1]: string, [2]: any }[]
---@param at number milliseconds since 1970
function Meter:set(definition, value, attributes, at)
  local point <const> = point_of(self, "gauge", definition, attributes)
  point.value, point.at = value, at
end

--- Adds seconds to a distribution.
---@param definition floe.otlp.definition
---@param seconds number
---@param attributes { [1]: string, [2]: any }[]
function Meter:record(definition, seconds, attributes)
  local point <const> = point_of(self, "histogram", definition, attributes)
  if not point.buckets then
    point.buckets, point.count, point.sum = {}, 0, 0.0
    for index = 1, #SECONDS + 1 do
      point.buckets[index] = 0
    end
  end
  local bucket = 1
  while SECONDS[bucket] and seconds > SECONDS[bucket] do
    bucket = bucket + 1
  end
  point.buckets[bucket] = point.buckets[bucket] + 1
  point.count, point.sum = point.count + 1, point.sum + seconds
  point.least = math.min(point.least or seconds, seconds)
  point.most = math.max(point.most or seconds, seconds)
end

local function number_members(value)
  if math.type(value) == "integer" then
    return "asInt", tostring(value)
  end
  return "asDouble", value
end

local function texts(numbers)
  local out <const> = {}
  for index, number in ipairs(numbers) do
    out[index] = tostring(number)
  end
  return json.array(out)
end

-- A point as OTLP has it. Of a gauge only the moment counts.
local function data_point(self, metric, point, at)
  local kind <const>, out <const> = metric.kind, { "attributes", encode.attributes(point.attributes) }
  local function add(name, value)
    out[#out + 1], out[#out + 2] = name, value
  end
  local moment = point.at
  if kind ~= "gauge" then
    local since <const> = metric.definition.balance and self.began or self.started
    moment = math.max(at, since) -- the clock may have been set back
    add("startTimeUnixNano", encode.nanoseconds(since))
  end
  add("timeUnixNano", encode.nanoseconds(moment))
  if kind == "histogram" then
    add("count", tostring(point.count))
    add("sum", point.sum)
    add("bucketCounts", texts(point.buckets))
    add("explicitBounds", json.array(table.move(SECONDS, 1, #SECONDS, 1, {})))
    add("min", point.least)
    add("max", point.most)
  else
    add(number_members(point.value))
  end
  return json.members(out)
end

-- A metric with some of its points.
local function encoded(self, metric, points)
  local definition <const> = metric.definition
  local cumulative <const> = definition.balance or self.temporality == "cumulative"
  local body <const> = { "dataPoints", json.array(points) }
  if metric.kind ~= "gauge" then
    table.move({ "aggregationTemporality", cumulative and encode.CUMULATIVE or encode.DELTA }, 1, 2, #body + 1, body)
  end
  if metric.kind == "sum" then
    table.move({ "isMonotonic", not definition.balance }, 1, 2, #body + 1, body)
  end
  return json.members {
    "name", definition.name, "description", definition.description, "unit", definition.unit,
    metric.kind, json.members(body),
  }
end

-- Forgets what counts from one request to the next.
local function begin_anew(self, at)
  local order <const>, metrics <const> = self.order, self.metrics
  self.started, self.order, self.metrics = at, {}, {}
  for _, name in ipairs(order) do
    if metrics[name].definition.balance then
      table.insert(self.order, name)
      self.metrics[name] = metrics[name]
    end
  end
end

--- What was counted, as OTLP's metrics. With temporality "delta" counting begins anew.
---@param at number milliseconds since 1970
---@return table[][] metrics, a list for each request: none has too many points
function Meter:collect(at)
  local out <const>, room = {}, 0
  for _, name in ipairs(self.order) do
    local metric <const>, first = self.metrics[name], 1
    while first <= #metric.order do
      if room == 0 then
        out[#out + 1], room = {}, MOST_POINTS
      end
      local points <const> = {}
      for index = first, math.min(first + room - 1, #metric.order) do
        points[#points + 1] = data_point(self, metric, metric.points[metric.order[index]], at)
      end
      first, room = first + #points, room - #points
      table.insert(out[#out], encoded(self, metric, points))
    end
  end
  if self.temporality == "delta" then
    begin_anew(self, at)
  end
  return out
end

return M
