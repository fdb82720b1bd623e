-- Runs in the ledger, as they are read back.

local document <const> = require "host.document"
local owners <const> = require "run.owner"

local M = {}

--- The kinds of a run's entries.
M.START, M.NODE, M.VERDICT, M.END = "run.start", "run.node", "run.verdict", "run.end"

local MOST_NODES <const> = 1000000

--- What an entry says; nothing where it is no JSON.
---@param entry table
---@return table
function M.body_of(entry)
  local view <const> = document.parse(entry.body, "an entry of the ledger", { format = "json" })
  return document.kind(view) == "object" and view or {}
end

---@class floe.run.past a run that was
---@field id string
---@field at integer milliseconds since 1970
---@field artifact string digest of the artifact it ran
---@field attempt integer
---@field retry_of string? the id of the run whose rest it did
---@field status "complete"|"failed"|"aborted"|"blocked"|"running"|"cut off"
---@field whole boolean all that was selected ended, and is among the nodes
---@field nodes table<string, { id: string, name: string, status: string, seconds: number, rows: integer?, attempt:
--- integer }> by unique_id
---@field selection any a view

local function is_running(body)
  local owner <const> = owners.noted(body.process)
  return owner ~= nil and owners.is_alive(owner)
end

local function past_of(ledger, start)
  local entries <const>, err <const> = ledger:entries { run = start.run, limit = MOST_NODES }
  if not entries then
    return nil, err
  end
  local body <const> = M.body_of(start)
  local run <const> = {
    id = start.run, at = start.at, artifact = body.artifact, selection = body.selection, nodes = {},
    whole = false,
    attempt = math.tointeger(body.attempt) or 1, retry_of = body.retry_of,
  }
  for _, entry in ipairs(entries) do -- the newest first
    if entry.kind == M.END then
      run.status, run.whole = entry.verdict, M.body_of(entry).whole == true
    elseif entry.kind == M.NODE then
      local node <const> = M.body_of(entry)
      if type(node.unique_id) == "string" and not run.nodes[node.unique_id] then
        run.nodes[node.unique_id] = {
          id = node.id, name = node.name, status = entry.verdict, seconds = node.seconds, rows = node.rows,
          attempt = math.tointeger(node.attempt) or 1,
        }
      end
    end
  end
  run.status = run.status or (is_running(body) and "running" or "cut off")
  return run
end

--- A run by its id; nil where there is none.
---@param ledger any
---@param id string
---@return floe.run.past? run
---@return table? err
function M.of(ledger, id)
  local starts <const>, err <const> = ledger:entries { kind = M.START, run = id, limit = 1 }
  if not starts or not starts[1] then
    return nil, err
  end
  return past_of(ledger, starts[1])
end

--- The last run of a product; nil where there was none.
---@param ledger any
---@param product string its id
---@return floe.run.past? run
---@return table? err
function M.last(ledger, product)
  local starts <const>, err <const> = ledger:entries { kind = M.START, product = product, limit = 1 }
  if not starts or not starts[1] then
    return nil, err
  end
  return past_of(ledger, starts[1])
end

return M
