-- Metrics of one command, counted until they are handed over: sums, gauges and histograms with explicit bounds.
local encode <const> = require "evidence.otlp.encode"
local json <const> = require "host.json"

local M = {}

-- Seconds: from what a check of a rule takes to what a large model does.
local SECONDS <const> = { 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600 }

---@class floe.otlp.meter
---@field temporality "delta"|"cumulative"
---@field started number milliseconds since 1970: from when sums count
---@field order string[]
---@field metrics table<string, table>
local Meter <const> = {}
Meter.__index = Meter

---@param temporality "delta"|"cumulative"
---@param at number
---@return floe.otlp.meter
function M.new(temporality, at)
  return setmetatable({ temporality = temporality, started = at, order = {}, metrics = {} }, Meter)
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

---@alias floe.otlp.definition { name: string, unit: string, description: string }

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
local function data_point(self, kind, point, at)
  local out <const> = { "attributes", encode.attributes(point.attributes) }
  local function add(name, value)
    out[#out + 1], out[#out + 2] = name, value
  end
  if kind ~= "gauge" then
    add("startTimeUnixNano", encode.nanoseconds(self.started))
  end
  add("timeUnixNano", encode.nanoseconds(kind == "gauge" and point.at or at))
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

local function body_of(self, metric, at)
  local points <const> = {}
  for index, key in ipairs(metric.order) do
    points[index] = data_point(self, metric.kind, metric.points[key], at)
  end
  local out <const> = { "dataPoints", json.array(points) }
  if metric.kind ~= "gauge" then
    table.move({ "aggregationTemporality", self.temporality == "delta" and encode.DELTA or encode.CUMULATIVE }, 1, 2,
      #out + 1, out)
  end
  if metric.kind == "sum" then
    table.move({ "isMonotonic", true }, 1, 2, #out + 1, out)
  end
  return json.members(out)
end

--- What was counted, as OTLP's metrics. With temporality "delta" counting begins anew.
---@param at number milliseconds since 1970
---@return table[]
function Meter:collect(at)
  local out <const> = {}
  for index, name in ipairs(self.order) do
    local metric <const> = self.metrics[name]
    local definition <const> = metric.definition
    out[index] = json.members {
      "name", name, "description", definition.description, "unit", definition.unit,
      metric.kind, body_of(self, metric, at),
    }
  end
  if self.temporality == "delta" then
    self.started, self.order, self.metrics = at, {}, {}
  end
  return out
end

return M
