-- Which traces are kept: OTEL_TRACES_SAMPLER and its argument. Metrics and logs are never sampled.

local M = {}

local DEFAULT <const> = "parentbased_always_on"

local function always()
  return true
end

local function never()
  return false
end

-- By the trace's own id, so that all who take part in it decide alike.
local function by_ratio(trace_id, ratio)
  return tonumber(trace_id:sub(-16), 16) >> 1 < ratio * 2.0 ^ 63
end

local ROOTS <const> = { always_on = always, always_off = never, traceidratio = by_ratio }

local function ratio_of(env)
  local text <const> = env "OTEL_TRACES_SAMPLER_ARG"
  if not text or text == "" then
    return 1.0
  end
  local ratio <const> = tonumber(text)
  if ratio and ratio >= 0 and ratio <= 1 then
    return ratio
  end
  return 1.0, "OTEL_TRACES_SAMPLER_ARG is no number between 0 and 1: all traces are kept"
end

--- Whether a trace is kept.
---@param env fun(name: string): string?
---@param trace_id string 32 hexadecimal digits
---@param parent { sampled: boolean }? what whoever started floe decided
---@return boolean
---@return string? problem with what the environment asks for
function M.decide(env, trace_id, parent)
  local set <const> = env "OTEL_TRACES_SAMPLER"
  local name, problem = set and set ~= "" and set or DEFAULT, nil
  local root = ROOTS[name:gsub("^parentbased_", "")]
  if not root then
    problem = ("OTEL_TRACES_SAMPLER names '%s', which floe does not know: %s is taken"):format(name, DEFAULT)
    name, root = DEFAULT, always
  end
  if parent and name:find("^parentbased_") then
    return parent.sampled, problem
  end
  local ratio
  if root == by_ratio then
    ratio, problem = ratio_of(env)
  end
  return root(trace_id, ratio), problem
end

return M
