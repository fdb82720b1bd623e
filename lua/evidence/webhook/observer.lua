-- Alerts for webhooks. A command that watches tells them itself (`alert`); those of a run come of what it tells anyway:
-- contracts that are violated, and that it failed.

local alerts <const> = require "evidence.webhook.alert"
local json <const> = require "host.json"
local set <const> = require "floe.set"
local text <const> = require "floe.text"

local M = {}

local Observer <const> = {}
Observer.__index = Observer

-- Whether a channel is to hear an alert: whoever tells it may have decided that already.
local function wants(destination, alert)
  if alert.channels then
    return set.of(alert.channels)[destination.name] ~= nil
  end
  return alerts.reaches(alert.severity, destination.min_severity)
    and (not destination.events or set.of(destination.events)[alert.kind] ~= nil)
    and (not destination.contracts or alert.contract ~= nil and text.glob_any(destination.contracts, alert.contract))
end

--- Tells an alert to every channel that wants it.
---@param alert floe.alert
function Observer:alert(alert)
  for _, destination in ipairs(self.destinations) do
    if wants(destination, alert) then
      self.put(destination, json.encode(alert))
    end
  end
end

function Observer:command_started(command)
  self.command = command
end

local function product_of(self)
  return self.command and self.command.product and self.command.product.id or nil
end

local function as_text(value)
  return value ~= nil and tostring(value) or nil
end

--- Of a run: what is monitored is told by `alert`, once a matter and not once a check.
function Observer:contract_checked(result)
  if result.status ~= "violation" or not self.command or self.command.command ~= "run" then
    return
  end
  self:alert {
    key = table.concat({ "contract_violation", result.contract, result.type, result.element or "" }, ":"),
    kind = "contract_violation", status = "firing", severity = result.severity or "error",
    title = ("Contract %s violates %s"):format(result.contract, result.type), message = result.message, at = result.at,
    product = product_of(self), environment = self.command.environment, contract = result.contract,
    version = result.version, type = result.type, element = result.element, expected = as_text(result.expected),
    actual = as_text(result.actual), consumers = result.consumers, run = self.command.id,
    trace_id = self.command.trace and self.command.trace.trace_id or nil,
  }
end

function Observer:command_ended(result)
  local command <const> = self.command
  if not command or command.command ~= "run" or result.status ~= "failed" then
    return
  end
  local product <const> = product_of(self) or "?"
  self:alert {
    key = "run_failed:" .. product, kind = "run_failed", status = "firing", severity = "error",
    title = ("Run of %s failed"):format(product), message = result.message, at = result.at, product = product,
    environment = command.environment, run = command.id, trace_id = command.trace and command.trace.trace_id or nil,
  }
end

--- The observer of a command; nil where the platform names no channel.
---@param context { destinations: floe.destination[], put: fun(destination: floe.destination, text: string) }
---@return table? observer
function M.open(context)
  if #context.destinations == 0 then
    return nil
  end
  return setmetatable({ destinations = context.destinations, put = context.put }, Observer)
end

return M
