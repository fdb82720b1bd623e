-- Runs in the ledger: an entry when one starts, one for each node that ends, and one when the run ends. So the ledger
-- is true whenever a run is cut off: what has no end was cut off, and what its nodes say was done.

local document <const> = require "host.document"
local json <const> = require "host.json"

local M = {}

M.START, M.NODE, M.END = "run.start", "run.node", "run.end"

local SCHEMA <const> = "floe.dev/ledger-entry/v1"
local MOST_NODES <const> = 1000000

local function or_null(value)
  return value == nil and json.null or value
end

local function body_of(entry)
  local view <const> = document.parse(entry.body, "an entry of the ledger", { format = "json" })
  return document.kind(view) == "object" and view or {}
end

---@class floe.run.record a run that is written down as it happens
---@field ledger any
---@field product string
---@field id string
local Record = {}
Record.__index = Record

local function append(self, kind, verdict, pairs_of)
  table.insert(pairs_of, 1, { "schema", SCHEMA })
  return self.ledger:append {
    kind = kind, run = self.id, product = self.product, verdict = verdict, body = json.encode(json.object(pairs_of)),
  }
end

--- Begins to write a run down. Its id is that of its first entry.
---@param ledger any
---@param product string
---@param facts { origin: any, artifact: string, selection: table, retries: string? }
---@return floe.run.record?
---@return table? err
function M.start(ledger, product, facts)
  local id <const> = require("host.system").uuid()
  local self <const> = setmetatable({ ledger = ledger, product = product, id = id }, Record)
  local ok <const>, err <const> = append(self, M.START, "", {
    { "origin", facts.origin }, { "artifact", facts.artifact }, { "selection", facts.selection },
    { "retries", or_null(facts.retries) },
  })
  return ok and self or nil, err
end

--- Writes a node down that ended.
---@param node floe.run.node
function Record:node(node)
  return append(self, M.NODE, node.status, {
    { "id", node.id }, { "kind", node.kind }, { "status", node.status }, { "seconds", node.seconds },
    { "rows", or_null(node.rows) }, { "failures", or_null(node.failures) }, { "message", or_null(node.message) },
  })
end

--- Writes down how the run ended.
---@param status "complete"|"failed"|"aborted"
---@param facts { seconds: number, counts: table<string, integer>, message: string?, nodes: floe.run.node[]? }
function Record:finish(status, facts)
  local nodes <const> = {}
  for index, node in ipairs(facts.nodes or {}) do
    nodes[index] = json.object {
      { "id", node.id }, { "rows", or_null(node.rows) }, { "failures", or_null(node.failures) },
      { "message", or_null(node.message) },
    }
  end
  return append(self, M.END, status, {
    { "seconds", facts.seconds }, { "counts", json.object(facts.counts) }, { "message", or_null(facts.message) },
    { "nodes", json.array(nodes) },
  })
end

---@class floe.run.past a run that was
---@field id string
---@field at integer milliseconds since 1970
---@field artifact string digest of the artifact it ran
---@field status "complete"|"failed"|"aborted"|"cut off"
---@field nodes table<string, { status: string, seconds: number, rows: integer? }>
---@field selection table|userdata

local function past_of(ledger, start)
  local entries <const>, err <const> = ledger:entries { run = start.run, limit = MOST_NODES }
  if not entries then
    return nil, err
  end
  local body <const> = body_of(start)
  local run <const> = {
    id = start.run, at = start.at, artifact = body.artifact, selection = body.selection, status = "cut off", nodes = {},
  }
  for _, entry in ipairs(entries) do -- the newest first
    if entry.kind == M.END then
      run.status = entry.verdict
    elseif entry.kind == M.NODE then
      local node <const> = body_of(entry)
      if node.id and not run.nodes[node.id] then
        run.nodes[node.id] = { status = node.status, seconds = node.seconds, rows = node.rows }
      end
    end
  end
  return run
end

--- The last run of a product.
---@param ledger any
---@param product string
---@return floe.run.past? run nil where there was none
---@return table? err
function M.last(ledger, product)
  local starts <const>, err <const> = ledger:entries { kind = M.START, product = product, limit = 1 }
  if not starts then
    return nil, err
  elseif not starts[1] then
    return nil
  end
  return past_of(ledger, starts[1])
end

return M
