-- Runs that were cut off: they have a start in the ledger and no end, and their process is gone. Whoever finds one
-- writes its end, and says who it is, so that the ledger needs no guessing once that process's number is another's.

local history <const> = require "run.history"
local json <const> = require "host.json"
local owners <const> = require "run.owner"
local record <const> = require "evidence.record"

local M = {}

--- What the end of such a run says it came to.
M.STATUS = "cut off"

local LOOKED_AT <const> = 100 -- runs: each run ends those before it

-- The runs that the ledger knows an end of, among the last.
local function ended(ledger, product)
  local out <const> = {}
  for _, entry in ipairs(ledger:entries { kind = history.END, product = product, limit = 2 * LOOKED_AT } or {}) do
    out[entry.run] = true
  end
  return out
end

local function is_cut_off(ledger, entry, root)
  local start <const> = history.body_of(entry)
  local owner <const> = owners.noted(start.process)
  if not owner or owners.is_alive(owner) or not history.is_of_here(start, root) then
    return false -- what another host's processes do cannot be seen
  end
  local ends <const> = ledger:entries { kind = history.END, run = entry.run, limit = 1 }
  return ends ~= nil and #ends == 0
end

--- The runs of a product that were cut off, and have no end yet.
---@param ledger any
---@param root string the product's folder
---@param product string its id
---@return string[]? runs their ids, the last first
---@return table? err
function M.left(ledger, root, product)
  local starts <const>, err <const> = ledger:entries { kind = history.START, product = product, limit = LOOKED_AT }
  if not starts then
    return nil, err
  end
  local out <const>, known <const> = {}, ended(ledger, product)
  for _, entry in ipairs(starts) do
    if not known[entry.run] and is_cut_off(ledger, entry, root) then
      out[#out + 1] = entry.run
    end
  end
  return out
end

--- Ends the runs of a product that were cut off. The lock of its runs has to be held: then none of them works.
---@param ledger any
---@param root string the product's folder
---@param product string its id
---@param finder string the id of the run, or the round of checks, that finds them
---@return string[]? runs their ids, the last first
---@return table? err
function M.close(ledger, root, product, finder)
  local left <const>, err <const> = M.left(ledger, root, product)
  for _, run in ipairs(left or {}) do
    local written <const>, unwritten <const> = ledger:append {
      kind = history.END, run = run, product = product, verdict = M.STATUS,
      body = json.encode(json.object {
        { "schema", record.SCHEMA }, { "origin", record.origin(root) }, { "found_by", finder },
        { "seconds", json.null }, { "exit", json.null }, { "whole", false },
        { "message", "its process is gone, and told no end" }, { "counts", json.object {} },
      }),
    }
    if not written then
      return nil, unwritten
    end
  end
  return left, err
end

return M
