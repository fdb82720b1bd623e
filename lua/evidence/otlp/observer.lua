-- OpenTelemetry as an observer: what a command tells becomes spans, metrics and logs, which are handed over in requests
-- of OTLP as they come, so that little is lost where the command is killed.
local encode <const> = require "evidence.otlp.encode"
local measures <const> = require "evidence.otlp.measures"
local messages <const> = require "evidence.otlp.messages"
local resources <const> = require "evidence.otlp.resource"
local settings_of <const> = require "evidence.otlp.settings"
local spans <const> = require "evidence.otlp.spans"
local system <const> = require "host.system"

local M = {}

local MOST_WAITING <const> = 200 -- spans or records in one request
local LONGEST_WAIT <const> = 5 -- seconds until what waits is handed over
local LONGEST_COUNT <const> = 60 -- seconds between two requests of metrics

-- Commands that are done at once leave no files behind that nobody asked for.
local QUICK <const> = { validate = true, compile = true }

---@class floe.otlp.observer
---@field root string the product's folder
---@field env fun(name: string): string?
---@field settings floe.otlp.settings
---@field destinations table<string, floe.destination[]> by signal
---@field put fun(destination: floe.destination, text: string)
---@field spans floe.otlp.spans
---@field measures floe.otlp.measures
---@field messages floe.otlp.messages
---@field parts table[] those of them that are told: spans in any case, as records name them
local Observer <const> = {}
Observer.__index = Observer

-- Writes a request to each destination of a signal.
local function hand_over(self, signal, items)
  local destinations <const> = self.destinations[signal]
  if #items == 0 or not destinations then
    return
  end
  local line <const> = encode.request(signal, self.resource, system.versions().floe, items)
  for _, destination in ipairs(destinations) do
    self.put(destination, line)
  end
end

local function flush(self)
  hand_over(self, "traces", self.spans:take())
  hand_over(self, "logs", self.messages:take())
  self.flushed = system.monotonic()
end

local function flush_metrics(self)
  for _, metrics in ipairs(self.measures:take(system.nanoseconds() // 1000000)) do
    hand_over(self, "metrics", metrics)
  end
  self.counted = system.monotonic()
end

local function flush_if_due(self)
  local now <const> = system.monotonic()
  local waiting <const> = math.max(#self.spans.ended, #self.messages.records)
  if waiting >= MOST_WAITING or waiting > 0 and now - self.flushed > LONGEST_WAIT then
    flush(self)
  end
  if now - self.counted > LONGEST_COUNT then
    flush_metrics(self)
  end
end

function Observer:command_started(command)
  if QUICK[command.command] then
    for signal, list in pairs(self.destinations) do
      self.destinations[signal] = not list[1].default and list or nil
    end
  end
  self.resource = resources.of(command, self.settings, self.root, self.env)
end

-- What each part is told.
for _, name in ipairs {
  "command_started", "step_started", "step_ended", "node_started", "node_ended", "policy_judged", "contract_checked",
  "alert", "command_ended",
} do
  local own <const> = Observer[name]
  Observer[name] = function(self, ...)
    if own then
      own(self, ...)
    elseif not self.resource then
      return -- no command was told of: there is nothing that this would belong to
    end
    for _, part in ipairs(self.parts) do
      if part[name] then
        part[name](part, ...)
      end
    end
    flush_if_due(self)
  end
end

--- Hands over what is held.
function Observer:close()
  flush(self)
  flush_metrics(self)
end

local function by_signal(destinations)
  local out <const> = {}
  for _, destination in ipairs(destinations) do
    out[destination.signal] = out[destination.signal] or {}
    table.insert(out[destination.signal], destination)
  end
  return out
end

--- Opens the observer; nil where telemetry goes nowhere.
---@param context { root: string, settings: table, destinations: floe.destination[], put: function, env: function? }
---@return floe.otlp.observer?
function M.open(context)
  if #context.destinations == 0 then
    return nil
  end
  local env <const> = context.env or system.env
  local settings <const> = settings_of.of(env, context.settings)
  local destinations <const>, own <const> = by_signal(context.destinations), spans.new(env)
  local self <const> = setmetatable({
    root = context.root, env = env, settings = settings, destinations = destinations, put = context.put, spans = own,
    measures = measures.new(settings.temporality), messages = messages.new(own, (context.settings.logging or {}).level),
    parts = { own }, flushed = system.monotonic(), counted = system.monotonic(),
  }, Observer)
  self.parts[#self.parts + 1] = destinations.metrics and self.measures
  self.parts[#self.parts + 1] = destinations.logs and self.messages
  return self
end

return M
