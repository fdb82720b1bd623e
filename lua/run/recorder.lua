-- Writes a run into the ledger while it happens, as an observer of it: an entry when it starts, one for each node that
-- ends, and one when it ends. So the ledger is true whenever a run is cut off: what has no end was cut off, and what
-- its nodes say was done.

local cut_off <const> = require "run.cut_off"
local history <const> = require "run.history"
local json <const> = require "host.json"
local ledgers <const> = require "evidence.ledger"
local owner <const> = require "run.owner"
local record <const> = require "evidence.record"
local rules <const> = require "evidence.rules"

local M = {}

local WAIT <const> = 10 -- seconds for another writer

local function or_null(value)
  return value == nil and json.null or value
end

---@class floe.run.recorder
---@field sure any a handle whose entries are on the disk when they are told
---@field quick any one whose entries a loss of power may take: the node then runs again
---@field root string
---@field path string of the ledger
---@field written table<string, boolean?> hashes of this run's entries
---@field torn boolean? an entry is missing
local Recorder = {}
Recorder.__index = Recorder

local function keep(self, handle, entry)
  local kept <const>, err <const> = handle:append(entry)
  if not kept then
    self.torn = true
    error(err.message, 0)
  end
  self.written[kept.hash] = true
end

-- Raises where who opens the ledger now does not find all that was written: a file that was emptied or damaged while
-- it was open takes entries, and keeps none. It is closed first, as what is open remembers what is gone.
local function prove(self)
  self.sure:close()
  self.quick:close()
  local handle <close>, unopened <const> = ledgers.open(self.path, { quick = true, wait = WAIT })
  local read, unread = handle ~= nil, unopened
  if handle then
    read, unread = history.each(handle, { run = self.run }, function(entry)
      self.written[entry.hash] = nil
    end)
  end
  if not read then
    error(unread.message, 0)
  elseif next(self.written) then
    error(("'%s' does not hold what was written to it: it was emptied or damaged meanwhile"):format(self.path), 0)
  end
end

local function append(self, handle, kind, at, verdict, pairs_of)
  table.insert(pairs_of, 1, { "schema", record.SCHEMA })
  keep(self, handle, {
    kind = kind, run = self.run, product = self.product, verdict = verdict, at = at,
    body = json.encode(json.object(pairs_of)),
  })
end

function Recorder:command_started(command)
  self.run, self.product = command.id, command.product.id
  local _, err <const> = cut_off.close(self.sure, self.root, self.product, self.run)
  if err then
    error(err.message, 0)
  end
  append(self, self.sure, history.START, command.at, "", {
    { "origin", record.origin(self.root) },
    { "process", owner.note(owner.mine()) },
    { "artifact", command.artifact }, { "compiled_at", command.compiled_at },
    { "platform", command.platform and command.platform.digest or json.null },
    { "selection", command.selection }, { "attempt", command.attempt }, { "retry_of", or_null(command.retry_of) },
    { "anew", command.anew or false },
    { "trace", command.trace.trace_id },
  })
end

function Recorder:node_ended(node)
  append(self, self.quick, history.NODE, node.at, node.status, {
    { "id", node.id }, { "unique_id", node.unique_id }, { "kind", node.kind }, { "name", node.name },
    { "started_at", node.started_at }, { "seconds", node.seconds }, { "rows", or_null(node.rows) },
    { "failures", or_null(node.failures) }, { "message", or_null(node.message) }, { "attempt", node.attempt },
  })
end

-- A verdict on the run, with its findings, as those of other phases are kept.
function Recorder:policy_judged(verdict)
  local entry <const> = record.entry(verdict, self.request)
  entry.kind, entry.run = history.VERDICT, self.run
  keep(self, self.sure, entry)
end

-- What the contracts' checks found, in one entry.
function Recorder:contracts_checked(results)
  keep(self, self.sure, require("check.record").entry(self.product, results, self.run))
end

-- A run of which an entry is missing has no end here: it counts as one that was cut off, and nothing is taken for done
-- that is not recorded.
function Recorder:command_ended(result)
  if self.torn then
    return
  end
  append(self, self.sure, history.END, result.at, result.status, {
    { "seconds", result.seconds }, { "exit", result.exit }, { "whole", result.whole or false },
    { "message", or_null(result.message) },
    { "counts", next(result.counts) and result.counts or json.object {} },
  })
  prove(self)
end

function Recorder:close()
  self.sure:close()
  self.quick:close()
  return {}
end

--- Takes out of the ledger of a product what its platform does not ask to be kept any longer.
---@param root string
---@param asked floe.ledger.rules
---@return table? err
function M.retain(root, asked)
  local path <const> = ledgers.locate(root)
  if not path or not asked.retention then
    return nil
  end
  local handle <close>, err <const> = ledgers.open(path, { quick = true, wait = WAIT })
  return err or rules.retain(handle, asked, function()
    return json.encode(record.origin(root))
  end)
end

--- An observer that writes into the ledger of a product; nil where nothing is to be recorded.
---@param root string the product's folder
---@param request floe.judgement.options what its verdicts are asked by
---@return floe.run.recorder? recorder
---@return table? err why the ledger cannot be opened
function M.open(root, request)
  local path <const> = ledgers.locate(root)
  if not path then
    return nil
  end
  local sure, quick, err
  sure, err = ledgers.open(path, { wait = WAIT })
  if sure then
    quick, err = ledgers.open(path, { quick = true, wait = WAIT })
  end
  return quick and setmetatable({
    sure = sure, quick = quick, path = path, root = root, request = request, written = {},
  }, Recorder) or nil, err
end

return M
