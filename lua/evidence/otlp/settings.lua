-- Where telemetry goes and as whose: the OTEL_* variables of the OpenTelemetry specification (SDK environment
-- variables, OTLP exporter configuration), and, where they say nothing, the platform's `observability.tracing`.
local percent <const> = require "evidence.percent"
local sampling <const> = require "evidence.sampling"

local M = {}

--- The signals, in the order in which they are told of.
M.signals = { "traces", "metrics", "logs" }

local DEFAULT_BASE <const> = "http://localhost:4318"
local DEFAULT_TIMEOUT <const>, LONGEST_TIMEOUT <const> = 10000, 600000 -- milliseconds of one request
local KNOWN_EXPORTERS <const> = { otlp = true, otlp_file = true, console = true, none = true }
local OUR_PROTOCOL <const> = "http/json"

--- The files of JSON lines, below the product's folder.
M.files = { traces = ".floe/traces.jsonl", metrics = ".floe/metrics.jsonl", logs = ".floe/logs.jsonl" }

---@class floe.otlp.endpoint
---@field url string
---@field headers { name: string, value: string, secret: boolean }[]
---@field timeout number seconds
---@field gzip boolean
---@field certificate string? a file of trusted certificates
---@field client_certificate string?
---@field client_key string?

---@class floe.otlp.settings
---@field disabled boolean nothing is kept or sent
---@field exporters table<string, string[]> of each signal: "otlp", "otlp_file", "console"; by default a file
---@field defaults table<string, boolean> signals for which nobody asked for anything
---@field endpoints table<string, floe.otlp.endpoint>
---@field temporality "delta"|"cumulative"
---@field service_name string?
---@field attributes { [1]: string, [2]: string }[] of the resource, in their order
---@field problems { message: string, hint: string? }[]

-- ---- reading variables --------------------------------------------------------------------------------------

-- Empty is unset, as the specification has it.
local function getter(env)
  return function(name)
    local value <const> = env(name)
    local trimmed <const> = value and value:match("^%s*(.-)%s*$")
    return trimmed ~= "" and trimmed or nil
  end
end

-- "a=1,b=%20": pairs in their order, values decoded; false where something is no pair. What it says may be secret.
local function pairs_of(text)
  local out, whole = {}, true
  for part in text:gmatch("[^,]+") do
    local key <const>, value <const> = part:match("^%s*([^=%s][^=]-)%s*=%s*(.-)%s*$")
    if key then
      out[#out + 1] = { percent.decode(key), percent.decode(value) }
    elseif part:find("%S") then
      whole = false
    end
  end
  return out, whole
end

-- Reads variables of a signal, or of all signals.
---@class floe.otlp.reader
---@field get fun(name: string): string?
---@field problems table[]
---@field said table<string, boolean>
local Reader <const> = {}
Reader.__index = Reader

function Reader:say(message, hint)
  if not self.said[message] then
    self.said[message] = true
    table.insert(self.problems, { message = message, hint = hint })
  end
end

-- The signal's own variable, otherwise the one for all: its value, its name, and whether it is the signal's own.
function Reader:of(signal, name)
  local own <const> = ("OTEL_EXPORTER_OTLP_%s_%s"):format(signal:upper(), name)
  local all <const> = "OTEL_EXPORTER_OTLP_" .. name
  local value <const> = self.get(own)
  if value then
    return value, own, true
  end
  return self.get(all), all, false
end

-- ---- an endpoint --------------------------------------------------------------------------------------------

local function is_address(url)
  return url:find("^https?://[^/%s]+") and not url:find("[^!-~]")
end

-- An address below which each signal has its own path.
local function below(base, signal)
  local address <const>, query <const> = base:match("^([^?#]*)(.*)$")
  return ("%s/v1/%s%s"):format(address:gsub("/+$", ""), signal, query)
end

-- An address that is used as it is; without a path it is that of the root.
local function as_it_is(url)
  return url:find("^https?://[^/?#]+$") and url .. "/" or url
end

local function url_of(reader, signal, base)
  local value <const>, name <const>, own <const> = reader:of(signal, "ENDPOINT")
  local given <const> = value or base or DEFAULT_BASE
  if not is_address(given) then
    reader:say(("%s is no address of http or https: no telemetry is sent there"):format(name),
      "such as http://localhost:4318")
    return nil
  end
  return own and as_it_is(given) or below(given, signal)
end

local function headers_of(reader, signal)
  local value <const>, name <const> = reader:of(signal, "HEADERS")
  local given <const>, whole = pairs_of(value or "")
  local out <const> = {}
  for _, pair in ipairs(given) do
    if pair[1]:find("^[%w!#$&'*+.^_`|~%%-]+$") and not pair[2]:find("[%c]") then
      out[#out + 1] = { name = pair[1], value = pair[2], secret = true }
    else
      whole = false
    end
  end
  if not whole then
    reader:say(("%s holds something that is no header: it is left out"):format(name),
      "NAME=VALUE,NAME=VALUE, values encoded as in addresses")
  end
  return out
end

local function timeout_of(reader, signal)
  local value <const>, name <const> = reader:of(signal, "TIMEOUT")
  local milliseconds <const> = math.tointeger(tonumber(value or DEFAULT_TIMEOUT))
  if not milliseconds or milliseconds < 0 then
    reader:say(("%s is no number of milliseconds: %d is taken"):format(name, DEFAULT_TIMEOUT))
    return DEFAULT_TIMEOUT / 1000
  end
  -- 0 is "no limit"; evidence never waits without one.
  return math.min(milliseconds == 0 and LONGEST_TIMEOUT or milliseconds, LONGEST_TIMEOUT) / 1000
end

local function compresses(reader, signal)
  local value <const>, name <const> = reader:of(signal, "COMPRESSION")
  if value and value ~= "gzip" and value ~= "none" then
    reader:say(("%s is '%s': floe knows gzip and none, and takes none"):format(name, value))
  end
  return value == "gzip"
end

local function speaks(reader, signal)
  local value <const>, name <const> = reader:of(signal, "PROTOCOL")
  if not value or value == OUR_PROTOCOL then
    return true
  end
  reader:say(("%s is '%s', and floe speaks %s: no telemetry is sent"):format(name, value, OUR_PROTOCOL),
    value == "grpc"
      and "set OTEL_EXPORTER_OTLP_PROTOCOL=http/json and the collector's address for HTTP, which is mostly port 4318"
      or "set OTEL_EXPORTER_OTLP_PROTOCOL=http/json; collectors take it at the same address")
  return false
end

local function endpoint(reader, signal, base)
  local url <const> = speaks(reader, signal) and url_of(reader, signal, base)
  return url and {
    url = url,
    headers = headers_of(reader, signal),
    timeout = timeout_of(reader, signal),
    gzip = compresses(reader, signal),
    certificate = (reader:of(signal, "CERTIFICATE")),
    client_certificate = (reader:of(signal, "CLIENT_CERTIFICATE")),
    client_key = (reader:of(signal, "CLIENT_KEY")),
  } or nil
end

-- ---- all of it ----------------------------------------------------------------------------------------------

-- What the platform says of traces, as an exporter and an endpoint.
local function of_platform(settings, signal)
  local tracing <const> = signal == "traces" and settings.tracing or {}
  if tracing.enabled == false then
    return nil
  elseif tracing.exporter and tracing.exporter ~= "otlp" then
    return tracing.exporter
  end
  return tracing.endpoint and "otlp", tracing.endpoint
end

local function names_of(reader, signal, value)
  local out <const>, seen <const> = {}, {}
  for name in value:gmatch("[^,%s]+") do
    if not KNOWN_EXPORTERS[name] then
      reader:say(("OTEL_%s_EXPORTER names '%s': floe knows otlp, otlp_file, console and none"):format(signal:upper(),
        name))
    elseif name ~= "none" and not seen[name] then
      seen[name] = true
      out[#out + 1] = name
    end
  end
  return out
end

-- Where a signal goes: exporters, the endpoint that the platform names, and whether nobody asked for anything.
local function exporters_of(reader, signal, settings)
  local set <const> = reader.get(("OTEL_%s_EXPORTER"):format(signal:upper()))
  local platform <const>, base <const> = of_platform(settings, signal)
  if set then
    return names_of(reader, signal, set), base, false
  elseif reader:of(signal, "ENDPOINT") then
    return { "otlp" }, nil, false
  elseif platform then
    return names_of(reader, signal, platform), base, false
  end
  return { "otlp_file" }, nil, true
end

-- What is wrong with the sampler's variables; any trace tells.
local function check_sampler(reader)
  local _, problem <const> = sampling.decide(reader.get, ("0"):rep(32))
  if problem then
    reader:say(problem)
  end
end

local function temporality_of(reader)
  local name <const> = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"
  local value <const> = reader.get(name)
  local wanted <const> = value and value:lower()
  if wanted and wanted ~= "cumulative" and wanted ~= "delta" and wanted ~= "lowmemory" then
    reader:say(("%s is '%s': floe knows cumulative, delta and lowmemory, and takes delta"):format(name, value))
  end
  return wanted == "cumulative" and "cumulative" or "delta"
end

--- What the environment and the platform ask for.
---@param env fun(name: string): string?
---@param settings table? `observability` of the artifact or the platform, plain
---@return floe.otlp.settings
function M.of(env, settings)
  local reader <const> = setmetatable({ get = getter(env), problems = {}, said = {} }, Reader)
  local out <const> = {
    disabled = (reader.get "OTEL_SDK_DISABLED" or ""):lower() == "true", exporters = {}, defaults = {},
    endpoints = {}, attributes = {}, problems = reader.problems,
  }
  if out.disabled then
    return out
  end
  if reader.get "OTEL_CONFIG_FILE" then
    reader:say("OTEL_CONFIG_FILE names a file that floe does not read: the other OTEL_ variables count")
  end
  local whole
  out.attributes, whole = pairs_of(reader.get "OTEL_RESOURCE_ATTRIBUTES" or "")
  if not whole then
    reader:say("OTEL_RESOURCE_ATTRIBUTES holds something that is no NAME=VALUE: it is left out")
  end
  out.service_name = reader.get "OTEL_SERVICE_NAME"
  out.temporality = temporality_of(reader)
  for _, signal in ipairs(M.signals) do
    local names <const>, base <const>, default <const> = exporters_of(reader, signal, settings or {})
    out.exporters[signal], out.defaults[signal] = names, default
    for _, name in ipairs(names) do
      if name == "otlp" then
        out.endpoints[signal] = endpoint(reader, signal, base)
      end
    end
  end
  if #out.exporters.traces > 0 then
    check_sampler(reader)
  end
  return out
end

return M
