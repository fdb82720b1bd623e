-- The trace that a command belongs to (W3C Trace Context): continued from whoever started floe, which says so in
-- TRACEPARENT and TRACESTATE, or begun anew; and what the programs that floe starts are told.
local percent <const> = require "evidence.percent"
local sampling <const> = require "evidence.sampling"
local system <const> = require "host.system"

local M = {}

local TRACE_BYTES <const>, SPAN_BYTES <const> = 16, 8
local SAMPLED <const> = 1 -- the flag
local LONGEST_STATE <const>, LONGEST_BAGGAGE <const> = 512, 8192
local PROPAGATORS <const> = "tracecontext,baggage"

---@class floe.trace
---@field trace_id string 32 hexadecimal digits
---@field span_id string 16: of the command
---@field parent_span_id string? of whoever started floe
---@field sampled boolean whether its spans are kept
---@field state string? what vendors carry along
---@field baggage string? what whoever started floe carries along
---@field propagated table<string, boolean> by the names of OTEL_PROPAGATORS

--- An id for a trace.
---@return string
function M.trace_id()
  return system.random(TRACE_BYTES)
end

--- An id for a span.
---@return string
function M.span_id()
  return system.random(SPAN_BYTES)
end

-- What a `traceparent` says: { trace_id, span_id, sampled }; nil for one that is not valid.
local function parse(text)
  local version <const>, trace_id <const>, span_id <const>, flags <const>, more <const> =
    text:match("^(%x%x)%-(%x+)%-(%x+)%-(%x%x)(.*)$")
  local is_valid <const> = version and #trace_id == 2 * TRACE_BYTES and #span_id == 2 * SPAN_BYTES
    and not text:find("%u") and version ~= "ff" and trace_id:find("[^0]") and span_id:find("[^0]")
    and (more == "" or version ~= "00" and more:sub(1, 1) == "-")
  if not is_valid then
    return nil
  end
  return { trace_id = trace_id, span_id = span_id, sampled = tonumber(flags, 16) & SAMPLED ~= 0 }
end

-- A text to carry along; nil where it is none, is too long, or would not be one line.
local function carried(text, longest)
  return text and text ~= "" and #text <= longest and not text:find("[^ -~]") and text or nil
end

local function propagators(env)
  local out <const>, set <const> = {}, env "OTEL_PROPAGATORS"
  for name in (set and set ~= "" and set or PROPAGATORS):gmatch("[^,%s]+") do
    out[name] = true
  end
  return out
end

--- The trace of this process.
---@param env (fun(name: string): string?)? the environment; this process's
---@return floe.trace
---@return string? problem with what the environment asks for
function M.begin(env)
  env = env or system.env
  local propagated <const> = propagators(env)
  local parent <const> = propagated.tracecontext and parse(env "TRACEPARENT" or "") or nil
  local trace_id <const> = parent and parent.trace_id or M.trace_id()
  local sampled <const>, problem <const> = sampling.decide(env, trace_id, parent)
  return {
    trace_id = trace_id,
    span_id = M.span_id(),
    parent_span_id = parent and parent.span_id,
    sampled = sampled,
    state = parent and carried(env "TRACESTATE", LONGEST_STATE),
    baggage = propagated.baggage and carried(env "BAGGAGE", LONGEST_BAGGAGE) or nil,
    propagated = propagated,
  }, problem
end

--- The `traceparent` that a child is told.
---@param trace floe.trace
---@param span_id string? of what starts it; of the command
---@return string
function M.traceparent(trace, span_id)
  return ("00-%s-%s-%02x"):format(trace.trace_id, span_id or trace.span_id, trace.sampled and SAMPLED or 0)
end

--- The variables that a program which floe starts is given, by name. What it must not have is an empty text.
---@param trace floe.trace
---@param options { span_id: string?, namespace: string? }? what starts it, and the product's namespace
---@return table<string, string>
function M.environment(trace, options)
  options = options or {}
  local out <const> = {}
  if trace.propagated.tracecontext then
    out.TRACEPARENT, out.TRACESTATE = M.traceparent(trace, options.span_id), trace.state or ""
  end
  local entry <const> = options.namespace and "floe.namespace=" .. percent.encode(options.namespace, "[^%w._~-]")
  if trace.propagated.baggage and entry then
    local both <const> = trace.baggage and trace.baggage .. "," .. entry or entry
    out.BAGGAGE = #both <= LONGEST_BAGGAGE and both or trace.baggage
  end
  return out
end

return M
