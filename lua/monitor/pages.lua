-- What the service shows over HTTP: /healthz (does it turn?), /readyz (does it watch?) and /metrics. The pages are set
-- when there is news and served by a thread of their own, so that they are answered while a check runs.

local json <const> = require "host.json"
local process <const> = require "host.process"
local registries <const> = require "evidence.prometheus.registry"
local serve <const> = require "host.serve"
local system <const> = require "host.system"

local M = {}

local JSON <const> = "application/json"

-- Seconds without a turn after which the service counts as stuck. It turns while it waits for checks, too.
local STUCK <const> = 120

local LONGEST_PAGE <const> = 64 << 20 -- bytes
local WRITING <const> = 10 -- seconds that a page of metrics may take

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

-- What is told of a product, and whether it is watched.
local function state_of(product, stuck)
  local stale <const> = stuck or product:left() < 0
  local why <const> = product.trouble or stuck and "the service is stuck"
    or stale and "its checks are not done in time: none came to its end for two intervals" or nil
  return json.object {
    { "status", stale and "stale" or product.ready and "ok" or "failing" }, { "contracts", product.count },
    { "open_alerts", product.alerts:open() }, { "last_check_at", moment(product.checked_at) },
    { "message", why or json.null },
  }, product.ready and not stale
end

local function page(well, checks)
  return { status = well and 200 or 503, type = JSON, live = true, text = health(well and "ok" or "failing", checks) }
end

local function readiness(products, stuck)
  local states <const>, ready = {}, #products > 0
  for index, product in ipairs(products) do
    local state <const>, well <const> = state_of(product, stuck)
    states[index], ready = { product.id, state }, ready and well
  end
  return page(ready, json.object(states))
end

--- The service turned once more. Where it does not do so again the pages tell by themselves.
---@param products floe.monitor.product[]
function Pages:turn(products)
  local alive <const>, stuck <const> = json.object { { "loop", "ok" } }, json.object { { "loop", "stuck" } }
  self.server:set("/healthz", page(true, alive), STUCK, page(false, stuck))
  self.server:set("/readyz", readiness(products, false), STUCK, readiness(products, true))
end

-- All metrics as text. It is written by a copy of this process: a thousand contracts are tens of thousands of lines,
-- and what it takes to write them is gone with the copy.
local function text_of(registry)
  local writing <const> = process.fork(function()
    collectgarbage("incremental", 400) -- it is short
    system.write(1, json.encode { text = registry:text() } .. "\n")
  end, { longest_line = LONGEST_PAGE })
  if not writing then
    return nil
  end
  local event <const>, stream <const>, line <const>, cut <const> = writing:next(WRITING)
  writing:stop(event == "line" and WRITING or 0)
  writing:close()
  local told <const> = event == "line" and stream == 1 and not cut and json.decode(line)
  return told and told.text or nil
end

--- New metrics. Where a copy cannot write their page this process does: one that stays as it is would tell of checks
--- that are long past.
---@param registry floe.metrics.registry
function Pages:metrics(registry)
  self.server:set("/metrics", { type = registries.content_type, text = text_of(registry) or registry:text() })
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
