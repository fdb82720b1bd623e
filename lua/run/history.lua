-- Runs in the ledger, as they are read back.

local document <const> = require "host.document"
local files <const> = require "host.files"
local ledgers <const> = require "evidence.ledger"
local owners <const> = require "run.owner"
local system <const> = require "host.system"

local M = {}

--- The kinds of a run's entries.
M.START, M.NODE, M.VERDICT, M.END = "run.start", "run.node", "run.verdict", "run.end"

local MOST_NODES <const> = 1000000
local PAGE <const>, MOST_PAGES <const> = 50, 20 -- starts that are looked through: a ledger may be that of many hosts

--- What an entry says; nothing where it is no JSON.
---@param entry table
---@return table
function M.body_of(entry)
  local view <const> = document.parse(entry.body, "an entry of the ledger", { format = "json" })
  return document.kind(view) == "object" and view or {}
end

--- What entries say, read at once; nothing where one of them is no JSON.
---@param entries table[]
---@return any[] bodies
function M.bodies(entries)
  local texts <const> = {}
  for index, entry in ipairs(entries) do
    texts[index] = entry.body
  end
  local all <const> = "[" .. table.concat(texts, ",") .. "]"
  return (document.parse(all, "entries of the ledger", { format = "json" })) or {}
end

--- Whether a run was one of this host and this folder. A product's own ledger lies in its folder, so that all of its
--- runs were; one that FLOE_LEDGER names may be that of many hosts and checkouts.
---@param body any of its start
---@param root string the product's folder
---@return boolean
function M.is_of_here(body, root)
  local origin <const> = document.kind(body.origin) == "object" and body.origin or {}
  return not ledgers.elsewhere() or origin.host == system.host() and origin.folder == files.absolute(root)
end

--- What was asked for when a run started: { environment, target, select, exclude, … }.
---@param body any of its start
---@return any selection
function M.selection(body)
  return document.kind(body.selection) == "object" and body.selection or {}
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
    local bodies <const> = M.bodies(page)
    for index, entry in ipairs(page) do
      local body <const> = bodies[index]
      if document.kind(body) == "object" and wants(body) then
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
---@field status "complete"|"failed"|"aborted"|"blocked"|"running"|"cut off"
---@field whole boolean all that was selected ended, and is among the nodes
---@field nodes table<string, { id: string, name: string, status: string, seconds: number, rows: integer?, attempt:
--- integer }> by unique_id
---@field selection any a view
---@field origin any a view: who ran it, and where

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
    id = start.run, at = start.at, artifact = body.artifact, selection = M.selection(body), nodes = {},
    whole = false, origin = document.kind(body.origin) == "object" and body.origin or {},
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
