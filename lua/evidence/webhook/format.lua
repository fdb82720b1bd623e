-- Webhooks as a format of evidence: channels that a platform names in `observability.webhooks`, each with its own shape
-- of alerts. Their addresses are often secrets: the manifest names a variable, and errors show the host alone.

local answers <const> = require "evidence.answers"
local document <const> = require "host.document"

local M = {}

--- Shapes by name.
M.shapes = { "generic", "slack", "alertmanager" }

local LEAST <const> = "warning"

local function shape_of(destination)
  return require("evidence.webhook." .. destination.shape)
end

-- A value that stands in the manifest, or in a variable that it names.
local function value_of(env, settings, key, where)
  local variable <const> = settings[key .. "_env"]
  if not variable then
    return settings[key]
  end
  local value <const> = env(variable)
  if not value or value == "" then
    return nil, {
      message = ("%s: the variable %s is not set: nothing can be sent there"):format(where, variable),
      hint = ("set %s where floe runs"):format(variable),
    }
  end
  return value:match("^%s*(.-)%s*$")
end

local function headers_of(env, settings, where)
  local out <const> = { { name = "Content-Type", value = "application/json" } }
  for _, header in ipairs(settings.headers or {}) do
    local value <const>, problem <const> = value_of(env, header, "value", where)
    if not value then
      return nil, problem
    end
    out[#out + 1] = { name = header.name, value = value, secret = header.value_env ~= nil }
  end
  return out
end

local function destination_of(env, settings)
  local where <const> = ("webhook '%s'"):format(settings.name)
  local url <const>, problem <const> = value_of(env, settings, "url", where)
  if not url then
    return nil, problem
  elseif not url:find("^https?://[^/%s]+") then
    return nil, { message = where .. ": its address is none of http or https", hint = "write it as https://host/path" }
  end
  local headers <const>, wrong <const> = headers_of(env, settings, where)
  if not headers then
    return nil, wrong
  end
  local shape <const> = settings.type or "generic"
  return {
    name = "webhook." .. settings.name, format = "webhook", kind = "http", url = url, headers = headers, shape = shape,
    secret = settings.url_env ~= nil or shape == "slack", timeout = settings.timeout,
    batch = require("evidence.webhook." .. shape).batch, min_severity = settings.min_severity or LEAST,
    contracts = settings.contracts, events = settings.events,
  }
end

--- The channels of a platform.
---@param env fun(name: string): string?
---@param observability table of the artifact or the platform
---@return floe.destination[]
---@return { message: string, hint: string? }[] problems
function M.destinations(env, observability)
  local out <const>, problems <const> = {}, {}
  for _, settings in ipairs(observability.webhooks or {}) do
    if settings.enabled ~= false then
      local destination <const>, problem <const> = destination_of(env, settings)
      out[#out + 1] = destination
      problems[#problems + 1] = problem
    end
  end
  return out, problems
end

---@param destination floe.destination
---@param lines string[]
---@return floe.evidence.request
function M.request(destination, lines)
  local shape <const>, list <const> = shape_of(destination), {}
  for index, line in ipairs(lines) do
    list[index] = document.plain(assert(document.parse(line, "alert", { format = "json" })))
  end
  return { url = shape.address(destination.url), headers = destination.headers, body = shape.body(list) }
end

---@param destination floe.destination
---@param response { status: integer, headers: table<string, string>, body: string }?
---@param err { message: string }?
---@return floe.evidence.outcome
function M.answer(destination, response, err)
  local outcome <const> = answers.by_status(response, err)
  local refusal <const> = outcome.state == "accepted" and shape_of(destination).refusal
  local why <const> = refusal and refusal(response)
  return why and { state = "retry", why = why } or outcome
end

return M
