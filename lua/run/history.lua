-- Runs in the ledger, as they are read back.

local files <const> = require "host.files"
local json <const> = require "host.json"
local ledgers <const> = require "evidence.ledger"
local owners <const> = require "run.owner"
local system <const> = require "host.system"

local M = {}

--- The kinds of a run's entries.
M.START, M.NODE, M.VERDICT, M.END = "run.start", "run.node", "run.verdict", "run.end"

local PAGE_OF_NODES <const> = 500
local PAGE <const>, MOST_PAGES <const> = 50, 20 -- starts that are looked through: a ledger may be that of many hosts

local function object_of(entry)
  local body <const> = json.decode(entry.body)
  return type(body) == "table" and body or nil
end

--- What an entry says; nothing where it is no JSON.
---@param entry table
---@return table
function M.body_of(entry)
  return object_of(entry) or {}
end

--- Hands over the entries that a query finds, the newest first. They are read in pages: a run has one for each node.
---@param ledger any
---@param query table
---@param take fun(entry: table)
---@return boolean? done
---@return table? err
function M.each(ledger, query, take)
  query.limit = PAGE_OF_NODES
  repeat
    local page <const>, err <const> = ledger:entries(query)
    if not page then
      return nil, err
    end
    for _, entry in ipairs(page) do
      take(entry)
    end
    query.before = #page > 0 and page[#page].seq or nil
  until #page < PAGE_OF_NODES
  return true
end

--- Whether a run was one of this host and this folder. A product's own ledger lies in its folder, so that all of its
--- runs were; one that FLOE_LEDGER names may be that of many hosts and checkouts.
---@param body any of its start
---@param root string the product's folder
---@return boolean
function M.is_of_here(body, root)
  local origin <const> = type(body.origin) == "table" and body.origin or {}
  return not ledgers.elsewhere() or origin.host == system.host() and origin.folder == files.absolute(root)
end

--- What was asked for when a run started: { environment, target, select, exclude, … }.
---@param body any of its start
---@return any selection
function M.selection(body)
  return type(body.selection) == "table" and body.selection or {}
end

--- The starts of a product's last runs that are wanted, the newest first.
---@param ledger any
---@param product string its id
---@param most integer
---@param wants fun(body: any): boolean
---@return { entry: table, body: any }[]? starts
---@return table? err
function M.starts(ledger, product, most, wants)
  local out <const> = {}
  local before
  for _ = 1, MOST_PAGES do
    local page <const>, err <const> = ledger:entries {
      kind = M.START, product = product, limit = PAGE, before = before,
    }
    if not page then
      return nil, err
    end
    for _, entry in ipairs(page) do
      local body <const> = object_of(entry)
      if body and wants(body) then
        out[#out + 1] = { entry = entry, body = body }
      end
      if #out == most then
        return out
      end
    end
    if #page < PAGE then
      break
    end
    before = page[#page].seq
  end
  return out
end

---@class floe.run.past a run that was
---@field id string
---@field at integer milliseconds since 1970
---@field artifact string digest of the artifact it ran
---@field attempt integer
---@field retry_of string? the id of the run whose rest it did
---@field anew boolean it reused nothing of that: there was no database
---@field status "complete"|"failed"|"aborted"|"blocked"|"running"|"cut off"
---@field whole boolean all that was selected ended, and is among the nodes
---@field nodes table<string, { id: string, name: string, status: string, seconds: number, rows: integer?, attempt:
--- integer }> by unique_id
---@field selection table
---@field origin table who ran it, and where

local function is_running(body)
  local owner <const> = owners.noted(body.process)
  return owner ~= nil and owners.is_alive(owner)
end

-- Adds what an entry of a run says; those after it were added before.
local function add(run, entry)
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

local function past_of(ledger, start)
  local body <const> = M.body_of(start)
  local run <const> = {
    id = start.run, at = start.at, artifact = body.artifact, selection = M.selection(body), nodes = {},
    whole = false, origin = type(body.origin) == "table" and body.origin or {},
    attempt = math.tointeger(body.attempt) or 1, retry_of = body.retry_of,
    anew = body.anew == true,
  }
  local done <const>, err <const> = M.each(ledger, { run = start.run }, function(entry)
    add(run, entry)
  end)
  if not done then
    return nil, err
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

--- The last run of a product that is wanted; nil where there was none.
---@param ledger any
---@param product string its id
---@param wants fun(body: any): boolean told what its start says
---@return floe.run.past? run
---@return table? err
function M.last(ledger, product, wants)
  local starts <const>, err <const> = M.starts(ledger, product, 1, wants)
  if not starts or not starts[1] then
    return nil, err
  end
  return past_of(ledger, starts[1].entry)
end

return M
