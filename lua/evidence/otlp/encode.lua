-- What OTLP's JSON is made of (opentelemetry-proto, "JSON Protobuf encoding"): names in lower camel case, identifiers
-- in hexadecimal, 64-bit integers as decimal texts, enumerations as integers. Values are what `host.json` prints.
local json <const> = require "host.json"
local valid <const> = require("report.verdicts").valid

local M = {}

local LONGEST <const> = 4096 -- bytes of one text: what dbt or a warehouse says may have any length

M.INTERNAL = 1 -- the kind of a span
M.ERROR = 2 -- the state of one
M.DELTA, M.CUMULATIVE = 1, 2
M.severities = { DEBUG = 5, INFO = 9, WARN = 13, ERROR = 17 }

--- A text as events carry it: valid UTF-8, of a bounded length.
---@param value any
---@return string
function M.text(value)
  local text = valid(tostring(value))
  if #text > LONGEST then
    text = text:sub(1, (utf8.offset(text, 0, LONGEST - 2)) - 1) .. "…"
  end
  return text
end

--- Milliseconds since 1970 as OTLP's nanoseconds. A float holds the former to a fraction, the latter not.
---@param milliseconds number
---@return string
function M.nanoseconds(milliseconds)
  local whole <const> = milliseconds // 1
  return ("%d"):format(math.tointeger(whole) * 1000000 + math.tointeger((milliseconds - whole) * 1000000 // 1))
end

local function value_of(value)
  local kind <const> = math.type(value)
  if kind == "integer" then
    return json.members { "intValue", tostring(value) }
  elseif kind == "float" then
    local finite <const> = value == value and value ~= math.huge and value ~= -math.huge
    local named <const> = value ~= value and "NaN" or value > 0 and "Infinity" or "-Infinity"
    return json.members { "doubleValue", finite and value or named }
  elseif type(value) == "boolean" then
    return json.members { "boolValue", value }
  elseif type(value) == "table" then
    local values <const> = {}
    for index, one in ipairs(value) do
      values[index] = value_of(one)
    end
    return json.members { "arrayValue", json.members { "values", json.array(values) } }
  end
  return json.members { "stringValue", M.text(value) }
end

--- Attributes, in their order; those without a value are left out, and of two with one name the first stays.
---@param list { [1]: string, [2]: any }[]
---@param more table? what this function made of others, of other names: behind them
---@return table
function M.attributes(list, more)
  local out <const>, seen <const> = {}, {}
  for _, pair in ipairs(list) do
    local name <const>, value <const> = pair[1], pair[2]
    if value ~= nil and not seen[name] then
      seen[name] = true
      out[#out + 1] = json.members { "key", M.text(name), "value", value_of(value) }
    end
  end
  return json.array(more and table.move(more, 1, #more, #out + 1, out) or out)
end

---@class floe.otlp.span
---@field trace_id string
---@field span_id string
---@field parent_span_id string?
---@field state string?
---@field name string
---@field started number milliseconds since 1970
---@field ended number
---@field attributes { [1]: string, [2]: any }[]
---@field common table? further ones, as `M.attributes` makes them
---@field events { name: string, at: number, attributes: table }[]?
---@field failed boolean?
---@field message string? why it failed

--- A span.
---@param span floe.otlp.span
---@return table
function M.span(span)
  local events <const> = {}
  for index, event in ipairs(span.events or {}) do
    events[index] = json.members {
      "timeUnixNano", M.nanoseconds(event.at), "name", event.name, "attributes", M.attributes(event.attributes),
    }
  end
  local out <const> = { "traceId", span.trace_id, "spanId", span.span_id }
  local function add(name, value)
    if value ~= nil then
      out[#out + 1], out[#out + 2] = name, value
    end
  end
  add("traceState", span.state)
  add("parentSpanId", span.parent_span_id)
  add("flags", 1)
  add("name", M.text(span.name))
  add("kind", M.INTERNAL)
  add("startTimeUnixNano", M.nanoseconds(span.started))
  add("endTimeUnixNano", M.nanoseconds(math.max(span.ended, span.started)))
  add("attributes", M.attributes(span.attributes, span.common))
  add("events", #events > 0 and json.array(events) or nil)
  add("status", span.failed and json.members { "code", M.ERROR, "message", span.message and M.text(span.message) or "" }
    or json.object {})
  return json.members(out)
end

---@class floe.otlp.record
---@field at number milliseconds since 1970
---@field severity "DEBUG"|"INFO"|"WARN"|"ERROR"
---@field name string what happened
---@field body string
---@field attributes { [1]: string, [2]: any }[]
---@field trace_id string?
---@field span_id string?
---@field sampled boolean?

--- A log record.
---@param record floe.otlp.record
---@return table
function M.record(record)
  local out <const> = {
    "timeUnixNano", M.nanoseconds(record.at), "observedTimeUnixNano", M.nanoseconds(record.at),
    "severityNumber", M.severities[record.severity], "severityText", record.severity,
    "body", json.members { "stringValue", M.text(record.body) }, "attributes", M.attributes(record.attributes),
    "eventName", record.name,
  }
  if record.trace_id then
    table.move({ "traceId", record.trace_id, "spanId", record.span_id, "flags", record.sampled and 1 or 0 }, 1, 6,
      #out + 1, out)
  end
  return json.members(out)
end

--- One request, as a line of JSON.
---@param signal "traces"|"metrics"|"logs"
---@param resource table attributes
---@param version string of floe
---@param items table[] spans, metrics or records
---@return string
function M.request(signal, resource, version, items)
  local names <const> = M.names[signal]
  return json.encode(json.members {
    names.resource, json.array { json.members {
      "resource", json.members { "attributes", resource },
      names.scope, json.array { json.members {
        "scope", json.members { "name", "floe", "version", version },
        names.items, json.array(items),
      } },
    } },
  })
end

--- How the parts of a request are called.
M.names = {
  traces = { resource = "resourceSpans", scope = "scopeSpans", items = "spans", rejected = "rejectedSpans" },
  metrics = { resource = "resourceMetrics", scope = "scopeMetrics", items = "metrics",
    rejected = "rejectedDataPoints" },
  logs = { resource = "resourceLogs", scope = "scopeLogs", items = "logRecords", rejected = "rejectedLogRecords" },
}

return M
