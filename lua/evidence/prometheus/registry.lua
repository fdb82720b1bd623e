-- Counters, gauges and histograms in memory, and their text in the format that Prometheus scrapes (exposition format
-- 0.0.4). Labels are bounded: what would make a family grow without end is counted and left out.
--
--   local registry <const> = require("evidence.prometheus.registry").new()
--   local checks <const> = registry:counter { name = "floe_checks_total", help = "Checks.", labels = { "contract" } }
--   checks:add({ contract = "sales.orders" }, 1)
--   registry:text()

local text <const> = require "evidence.prometheus.text"
local valid <const> = require("report.verdicts").valid -- bytes that are no UTF-8 would make the whole page unreadable

local M = {}
M.__index = M

--- How many series a metric may have where nothing else is said, and the counter of what was left out.
M.most_series, M.dropped_name = 20000, "floe_metrics_dropped_total"

--- What a server says it sends.
M.content_type = "text/plain; version=0.0.4; charset=utf-8"

local MOST_BYTES <const> = 256 -- of one label's value

--- Bounds of a histogram of seconds where none are given.
M.seconds = { 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600 }

---@class floe.metrics.definition
---@field name string as Prometheus wants it: a counter ends with _total, units are seconds, bytes, ratios
---@field help string a sentence
---@field labels string[]? their names; every value that is added says all of them
---@field buckets number[]? of a histogram: upper bounds, the smallest first, without infinity

---@class floe.metrics.family
---@field name string
---@field kind "counter"|"gauge"|"histogram"

---@class floe.metrics.registry
---@field families table<string, floe.metrics.family> by name

-- ---- labels ------------------------------------------------------------------------------------

local ESCAPES <const> = { ["\\"] = "\\\\", ['"'] = '\\"', ["\n"] = "\\n" }

-- As many characters as fit.
local function shortened(value)
  return #value <= MOST_BYTES and value or value:sub(1, utf8.offset(value, 0, MOST_BYTES + 1) - 1)
end

local function escaped(value)
  return (shortened(valid(tostring(value):sub(1, 2 * MOST_BYTES))):gsub('[\\"\n]', ESCAPES))
end

-- ---- families ---------------------------------------------------------------------------------------------

local Family <const> = {}
Family.__index = Family

local function check_label(self, name, level)
  if not self.known[name] then
    error(("%s has no label '%s'"):format(self.name, tostring(name)), level + 1)
  end
end

-- The text of a series' labels, by which it is known: `contract="orders",type="freshness"`.
local function key_of(self, labels)
  labels = labels or {}
  local parts <const> = {}
  for index, name in ipairs(self.labels) do
    local value <const> = labels[name]
    if value == nil then
      error(("%s: the label '%s' is missing"):format(self.name, name), 4)
    end
    parts[index] = ('%s="%s"'):format(name, escaped(value))
  end
  for name in pairs(labels) do
    check_label(self, name, 4)
  end
  return table.concat(parts, ",")
end

local function new_series(self)
  if self.kind ~= "histogram" then
    return { value = 0 }
  end
  local counts <const> = {}
  for index = 1, #self.buckets + 1 do
    counts[index] = 0
  end
  return { counts = counts, sum = 0 }
end

-- The series with a key; nil where the family is full.
local function series_at(self, key)
  local series <const> = self.series[key]
  if series then
    return series
  elseif self.count >= self.most then
    self.registry:dropped(self.name)
    return nil
  end
  local made <const> = new_series(self)
  self.series[key] = made
  self.count = self.count + 1
  self.keys = nil
  return made
end

local function series_of(self, labels)
  return series_at(self, key_of(self, labels))
end

local function check_kind(self, kind, method)
  if self.kind ~= kind and (method ~= "add" or self.kind ~= "gauge") then
    error(("%s is a %s, and has no '%s'"):format(self.name, self.kind, method), 3)
  end
end

--- Adds to a counter, or to a gauge.
---@param labels table<string, any>?
---@param value number? 1 where it is not given
function Family:add(labels, value)
  check_kind(self, "counter", "add")
  value = value or 1
  if self.kind == "counter" and (value < 0 or value ~= value) then
    error(("%s is a counter, and only grows"):format(self.name), 2)
  end
  local series <const> = series_of(self, labels)
  if series then
    series.value = series.value + value
  end
end

--- Sets a gauge.
---@param labels table<string, any>?
---@param value number
function Family:set(labels, value)
  check_kind(self, "gauge", "set")
  local series <const> = series_of(self, labels)
  if series then
    series.value = value + 0
  end
end

-- The first bucket that a value fits into.
local function bucket_of(buckets, value)
  local low, high = 1, #buckets + 1
  while low < high do
    local middle <const> = (low + high) // 2
    if value <= buckets[middle] then
      high = middle
    else
      low = middle + 1
    end
  end
  return low
end

--- Adds a value to a histogram.
---@param labels table<string, any>?
---@param value number
function Family:observe(labels, value)
  check_kind(self, "histogram", "observe")
  local series <const> = series_of(self, labels)
  if series then
    local bucket <const> = bucket_of(self.buckets, value)
    series.counts[bucket] = series.counts[bucket] + 1
    series.sum = series.sum + value
  end
end

--- The value of a series, of a histogram how many values it holds and their sum; nil where there is none.
---@param labels table<string, any>?
---@return number? value
---@return number? sum
function Family:get(labels)
  local series <const> = self.series[key_of(self, labels)]
  if not series or self.kind ~= "histogram" then
    return series and series.value
  end
  local count = 0
  for _, in_bucket in ipairs(series.counts) do
    count = count + in_bucket
  end
  return count, series.sum
end

-- Whether the labels of a key hold all of some: a quote within a value is escaped, so that none is taken for another.
local function holds_all(key, wanted)
  local whole <const> = "," .. key
  for _, label in ipairs(wanted) do
    if not whole:find(label, 1, true) then
      return false
    end
  end
  return true
end

-- Whether series with these labels were removed: what an earlier text tells of them is not taken back.
local function was_removed(self, key)
  for _, wanted in pairs(self.removed) do
    if holds_all(key, wanted) then
      return true
    end
  end
  return false
end

--- Forgets the series with some labels.
---@param labels table<string, any>? as many as are known; all series where there are none
function Family:remove(labels)
  local wanted <const> = {}
  for name, value in pairs(labels or {}) do
    check_label(self, name, 3)
    wanted[#wanted + 1] = (',%s="%s"'):format(name, escaped(value))
  end
  table.sort(wanted)
  self.removed[table.concat(wanted)] = wanted
  for key in pairs(self.series) do
    if holds_all(key, wanted) then
      self.series[key], self.keys, self.count = nil, nil, self.count - 1
    end
  end
end

--- The keys of all series in their order; sorted anew only where one came or went.
---@return string[]
function Family:sorted()
  if not self.keys then
    local keys <const> = {}
    for key in pairs(self.series) do
      keys[#keys + 1] = key
    end
    table.sort(keys)
    self.keys = keys
  end
  return self.keys
end

--- Takes over the series of an earlier text.
---@param key string
---@param earlier { value: number }|{ counts: number[], sum: number }
function Family:restore(key, earlier)
  local known <const> = self.series[key]
  if self.kind == "gauge" and (known or was_removed(self, key)) then
    return
  end
  local series <const> = known or series_at(self, key)
  if not series then
    return
  elseif self.kind ~= "histogram" then
    series.value = series.value + earlier.value
    return
  end
  for index, count in ipairs(earlier.counts) do
    series.counts[index] = series.counts[index] + count
  end
  series.sum = series.sum + earlier.sum
end

-- ---- the registry -----------------------------------------------------------------------------------------

local function check_definition(kind, definition)
  local name <const> = definition.name
  if type(name) ~= "string" or not name:find("^[%a_:][%w_:]*$") then
    error(("'%s' is no name of a metric"):format(tostring(name)), 4)
  elseif type(definition.help) ~= "string" or definition.help == "" then
    error(name .. " says nothing about itself", 4)
  elseif (kind == "counter") ~= (name:find("_total$") ~= nil) then
    error(name .. (kind == "counter" and " is a counter, and must end with _total" or " ends as a counter does"), 4)
  end
  for _, label in ipairs(definition.labels or {}) do
    if not label:find("^[%a_][%w_]*$") or label:find("^__") or label == "le" then
      error(("%s: '%s' is no name of a label"):format(name, label), 4)
    end
  end
  local last = -math.huge
  for _, bound in ipairs(definition.buckets or {}) do
    if bound <= last or bound ~= bound or bound == math.huge then
      error(name .. ": the bounds of buckets grow, and infinity is added to them", 4)
    end
    last = bound
  end
end

local function same_list(one, other)
  return table.concat(one, ",") == table.concat(other, ",")
end

-- A family; the one that is there where it was asked for before.
local function family(self, kind, definition)
  check_definition(kind, definition)
  local labels <const> = definition.labels or {}
  local buckets <const> = kind == "histogram" and (definition.buckets or M.seconds) or {}
  local found <const> = self.families[definition.name]
  if found then
    if found.kind ~= kind or not same_list(found.labels, labels) or not same_list(found.buckets, buckets) then
      error(definition.name .. " is there already, and is something else", 3)
    end
    return found
  end
  local known <const> = {}
  for _, label in ipairs(labels) do
    known[label] = true
  end
  local made <const> = setmetatable({
    registry = self, name = definition.name, help = definition.help, kind = kind, labels = labels, known = known,
    buckets = buckets, series = {}, removed = {}, count = 0, most = self.most,
  }, Family)
  if kind == "counter" and #labels == 0 then
    made:add(nil, 0) -- what has not happened yet is told as such
  end
  self.families[made.name] = made
  self.order[#self.order + 1] = made
  return made
end

--- An empty registry.
---@param options { series: integer? }? how many series a family may have
---@return floe.metrics.registry
function M.new(options)
  return setmetatable({ families = {}, order = {}, most = options and options.series or M.most_series }, M)
end

---@param definition floe.metrics.definition
---@return floe.metrics.family
function M:counter(definition)
  return family(self, "counter", definition)
end

---@param definition floe.metrics.definition
---@return floe.metrics.family
function M:gauge(definition)
  return family(self, "gauge", definition)
end

---@param definition floe.metrics.definition
---@return floe.metrics.family
function M:histogram(definition)
  return family(self, "histogram", definition)
end

-- Counts what was left out of a family that is full.
function M:dropped(name)
  if name ~= M.dropped_name then
    self:counter {
      name = M.dropped_name, labels = { "metric" },
      help = "Values that were left out because their metric has too many series.",
    }:add { metric = name }
  end
end

-- ---- text -------------------------------------------------------------------------------------------------

--- All of it as text, the families in the order in which they were asked for; those without a value are left out.
---@return string
function M:text()
  return text.write(self)
end

--- Adds what an earlier text told: counters and histograms go on from there, gauges stay as they were where nothing
--- newer is known and nothing was removed. What the registry has no family for is left out.
---@param earlier string
function M:read(earlier)
  text.read(self, earlier)
end

return M
