-- What the service shows over HTTP: /healthz (does it turn?), /readyz (does it watch?) and /metrics. The pages are set
-- when there is news and served by a thread of their own, so that they are answered while a check runs.

local json <const> = require "host.json"
local serve <const> = require "host.serve"
local system <const> = require "host.system"

local M = {}

local JSON <const> = "application/json"

-- Seconds without a turn after which the service counts as stuck: longer than a product's checks may take.
local STUCK <const> = 900

---@class floe.monitor.pages
---@field server any
local Pages <const> = {}
Pages.__index = Pages

--- A page of health. The server fills in for how long it has been up.
local function health(status, checks)
  local text <const> = json.encode(json.object {
    { "status", status }, { "version", system.versions().floe }, { "uptime_seconds", serve.uptime },
    { "checks", checks },
  })
  -- a number, not a text
  return (text:gsub('"' .. serve.uptime .. '"', serve.uptime, 1)) .. "\n"
end

local function moment(milliseconds)
  return milliseconds and system.timestamp(milliseconds // 1000) or json.null
end

-- What is told of a product.
local function state_of(product)
  return json.object {
    { "status", product.ready and "ok" or "failing" }, { "contracts", product.count },
    { "open_alerts", product.alerts:open() }, { "last_check_at", moment(product.checked_at) },
    { "message", product.trouble or json.null },
  }
end

--- The service turned once more.
---@param products floe.monitor.product[]
function Pages:turn(products)
  local states <const>, ready = {}, #products > 0
  for index, product in ipairs(products) do
    states[index] = { product.id, state_of(product) }
    ready = ready and product.ready
  end
  local checks <const> = json.object(states)
  local alive <const> = json.object { { "loop", "ok" } }
  local stuck <const> = { status = 503, type = JSON, live = true,
    text = health("failing", json.object { { "loop", "stuck" } }) }
  self.server:set("/healthz", { type = JSON, live = true, text = health("ok", alive) }, STUCK, stuck)
  self.server:set("/readyz", { status = ready and 200 or 503, type = JSON, live = true,
    text = health(ready and "ok" or "failing", checks) })
end

--- New metrics.
---@param registry floe.metrics.registry
function Pages:metrics(registry)
  self.server:set("/metrics", { type = require("evidence.prometheus.registry").content_type, text = registry:text() })
end

function Pages:address()
  return self.server:address()
end

function Pages:stop()
  self.server:stop()
end

--- Begins to serve.
---@param address string
---@return floe.monitor.pages?
---@return table? err
function M.start(address)
  local server <const>, err <const> = serve.start(address)
  if not server then
    return nil, err
  end
  local self <const> = setmetatable({ server = server }, Pages)
  server:set("/healthz", { type = JSON, live = true, text = health("ok", json.object { { "loop", "starting" } }) })
  server:set("/readyz", { status = 503, type = JSON, live = true, text = health("starting", json.object {}) })
  return self
end

return M
