-- What a service does now and then for the ledger of a product: runs that were cut off get their end, and what is older
-- than the platform wants it to be kept is taken out.

local cut_off <const> = require "run.cut_off"
local files <const> = require "host.files"
local json <const> = require "host.json"
local ledgers <const> = require "evidence.ledger"
local locks <const> = require "run.lock"
local record <const> = require "evidence.record"
local rules <const> = require "evidence.rules"

local M = {}

local WAIT <const> = 2 -- seconds for another writer

-- The lock of runs is taken only where there is something to end: it would keep a run away that begins now. Where it is
-- held a run is alive, or the dbt of one that is not.
local function end_runs(handle, root, product, finder)
  local left <const>, err <const> = cut_off.left(handle, root, product)
  if not left or #left == 0 then
    return left, err
  end
  local lock <close>, held <const> = locks.take(root, finder)
  if not lock then
    local waits <const> = held.outside or false
    return {}, not waits and held or nil, waits
  end
  return cut_off.close(handle, root, product, finder)
end

---@class floe.monitor.tidied
---@field ended string[] ids of runs that were cut off
---@field waits boolean some could not be ended yet
---@field taken integer entries that were taken out
---@field problems string[] sentences

--- Sees to the ledger; one that is not there is left alone.
---@param root string the product's folder
---@param product string its id
---@param asked floe.ledger.rules
---@param finder string the id of who does so
---@return floe.monitor.tidied
function M.tidy(root, product, asked, finder)
  local out <const> = { ended = {}, waits = false, taken = 0, problems = {} }
  local path <const> = ledgers.locate(root)
  if not path or not files.exists(path) then
    return out
  end
  local handle <close>, unopened <const> = ledgers.open(path, { wait = WAIT })
  if not handle then
    out.problems[1] = "the ledger cannot be opened: " .. unopened.message
    return out
  end
  local ended <const>, unended <const>, waits <const> = end_runs(handle, root, product, finder)
  out.ended, out.waits = ended or {}, waits or false
  out.problems[1] = unended and "runs that were cut off have no end in the ledger: " .. unended.message or nil
  local stale <const>, taken <const> = rules.retain(handle, asked, function()
    return json.encode(record.origin(root))
  end)
  out.taken = taken or 0
  out.problems[#out.problems + 1] = stale and "nothing old was taken out of the ledger: " .. stale.message or nil
  return out
end

return M
