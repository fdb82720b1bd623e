-- A command that tells NODES models to the observers of the product in ROOT, with the destinations that the environment
-- names. Prints the seconds of telling and of ending, and the peak memory in KiB.
local files <const> = require "host.files"
local observers <const> = require "evidence.observers"
local spools <const> = require "evidence.spool"
local system <const> = require "host.system"

local root <const>, nodes <const> = system.env "ROOT", tonumber(system.env "NODES")
local AT <const> = 1767225600000

-- Nothing but the spool, or the file: no observer makes the events.
local function raw(write)
  local line <const> = ('{"eventType":"COMPLETE","filler":"%s"}'):format(("x"):rep(1500))
  local begun <const> = system.monotonic()
  for _ = 1, nodes do
    assert(write(line))
  end
  return system.monotonic() - begun, 0
end

local function column(name)
  return { name = name, type = "VARCHAR", description = "What it is.", classification = "internal" }
end

local function node(number)
  local name <const> = ("silver_model_%d"):format(number)
  return {
    id = system.uuid(), unique_id = "model.shop." .. name, kind = "model", name = name, adapter = "duckdb",
    relation = { database = "shop", schema = "main", identifier = name }, layer = "silver", materialization = "table",
    at = AT + number, started_at = AT + number, seconds = 0.2, status = "success", rows = 1000, attempt = 1,
    parents = {},
    columns = { column "id", column "name", column "email", column "created_at", column "amount" },
  }
end

local function told()
  local all <const> = observers.open { root = root, program = system.env "FLOE", settings = {} }
  local begun <const> = system.monotonic()
  all:tell("command_started", {
    id = system.uuid(), command = "run", arguments = {}, at = AT, environment = "dev", floe = "0.1.0",
    product = { id = "sales.shop", name = "shop", version = "1.0.0", domain = "sales", namespace = "sales.shop" },
    trace = { trace_id = ("a1"):rep(16), span_id = ("b2"):rep(8), sampled = true },
  })
  for number = 1, nodes do
    local one <const> = node(number)
    all:tell("node_started", one)
    all:tell("node_ended", one)
  end
  all:tell("command_ended", { at = AT + nodes, seconds = 1, status = "complete", exit = 0, counts = {} })
  local ending <const> = system.monotonic()
  for _, line in ipairs(all:close(600)) do
    system.write(2, line .. "\n")
  end
  return ending - begun, system.monotonic() - ending
end

local MODES <const> = {
  spool = function()
    local spool <const> = spools.open(root, { most = 1 << 40 })
    return raw(function(line)
      return spool:put("bench", line)
    end)
  end,
  file = function()
    return raw(function(line)
      return files.append(files.join(root, "events.jsonl"), line .. "\n")
    end)
  end,
  told = told,
}

local telling <const>, ending <const> = MODES[system.env "MODE"]()
local status <const> = files.read "/proc/self/status"
system.write(1, ("%.6f %.6f %s\n"):format(telling, ending, status:match("VmHWM:%s*(%d+)")))
