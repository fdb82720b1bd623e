-- A command that tells alerts to a webhook: EVENTS of them for the product in ROOT, in the shape SHAPE. The address and
-- a header come from the variables EVIDENCE_URL and EVIDENCE_TOKEN, as a platform names them; OTHER_URL is that of
-- another one. Prints, as JSON, how long it took to tell and to end, and what it would say to people.
local json <const> = require "host.json"
local observers <const> = require "evidence.observers"
local system <const> = require "host.system"

local function channel(name, variable)
  return {
    name = name, type = system.env "SHAPE" or "generic", url_env = variable, timeout = 1, min_severity = "info",
    headers = { { name = "Authorization", value_env = "EVIDENCE_TOKEN" } },
  }
end

local begun <const> = system.monotonic()
local all <const> = observers.open {
  root = system.env "ROOT", program = system.env "FLOE",
  env = function(name)
    return name == "OPENLINEAGE_DISABLED" and "true" or system.env(name)
  end,
  settings = {
    webhooks = { channel("oncall", "EVIDENCE_URL"), system.env "OTHER_URL" and channel("other", "OTHER_URL") or nil },
  },
}
local first <const> = tonumber(system.env "FIRST" or "1")
for number = first, first + tonumber(system.env "EVENTS") - 1 do
  all:tell("alert", {
    key = ("event-%d"):format(number), kind = "contract_violation", severity = "error",
    status = system.env "STATUS" or "firing", ended_at = system.env "STATUS" and 1767225660000 or nil,
    title = ("Event %d"):format(number), message = system.env "MESSAGE", at = 1767225600000, contract = "sales.orders",
  })
end
local told <const> = system.monotonic() - begun
system.write(1, "told\n")
system.pause(tonumber(system.env "LINGER" or "0"))
local ending <const> = system.monotonic()
local lines <const> = all:close()
system.write(1, json.encode {
  told = told, ended = system.monotonic() - ending, lines = json.array(lines),
} .. "\n")
