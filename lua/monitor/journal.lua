-- What the ledger keeps of watching: an entry `check` for checks, and one `monitor.alert` for each notice. After a
-- restart it tells when what was checked, how often it failed, and what was said.
--
-- What passes is kept together, once an hour (every five minutes where the platform requires it) and at the
-- end: a result that says how often and until when. Nothing is lost by that but, after a crash, the knowledge that
-- something was checked within that time.

local files <const> = require "host.files"
local json <const> = require "host.json"
local ledgers <const> = require "evidence.ledger"
local records <const> = require "check.record"

local M = {}

local ALERT_SCHEMA <const> = "floe.dev/ledger-monitor-alert/v1"
local CHECK_SCHEMA <const> = "floe.dev/ledger-check/v1"
local CHECK <const>, ALERT <const> = "check", "monitor.alert"
local COMMAND <const> = "monitor" -- whose entries these are, beside those of other commands that check
local WAIT <const> = 2 -- seconds for another writer
local TOGETHER <const> = 3600000 -- milliseconds in which passes are gathered …
local SOON <const> = 300000 -- … and where the platform requires them to be kept
local PAGE <const> = 500
local MOST_OWED <const> = 10000 -- notices

---@class floe.monitor.journal
---@field path string? nil where nothing is recorded
---@field product string
---@field passed table<string, floe.check.result> passes that are not written yet, by what they are about
---@field since integer? when the first of them was
---@field owed floe.monitor.notice[] notices that could not be written
local Journal <const> = {}
Journal.__index = Journal

---@param root string the product's folder
---@param product string its id
---@return floe.monitor.journal
function M.open(root, product)
  return setmetatable({ path = ledgers.locate(root), product = product, passed = {}, owed = {} }, Journal)
end

local function key_of(result)
  return table.concat({ result.contract, result.type, result.schema or "", result.element or "", result.rule or "" },
    "\0")
end

-- ---- writing --------------------------------------------------------------------------------------------------

local function append(self, entry)
  if not self.path then
    return true
  end
  local handle <close>, err <const> = ledgers.open(self.path, { quick = true, wait = WAIT })
  if not handle then
    return nil, err
  end
  entry.product = self.product
  return handle:append(entry)
end

--- Gathers what passed: the last result about a thing, and how many there were.
---@param results floe.check.result[]
function Journal:gather(results)
  for _, result in ipairs(results) do
    if result.status == "pass" then
      local key <const> = key_of(result)
      local before <const> = self.passed[key]
      self.passed[key] = {
        contract = result.contract, version = result.version, type = result.type, schema = result.schema,
        element = result.element, rule = result.rule, status = "pass", value = result.value, at = result.at,
        count = (before and before.count or 0) + 1,
      }
      self.since = self.since or result.at
    end
  end
end

--- A notice that could not be kept, to be written with what is next.
---@param notice floe.monitor.notice
function Journal:owe(notice)
  if #self.owed == MOST_OWED then
    table.remove(self.owed, 1)
  end
  self.owed[#self.owed + 1] = notice
end

local function pay(self)
  while self.owed[1] do
    local done <const>, err <const> = self:notice(self.owed[1])
    if not done then
      return nil, err
    end
    table.remove(self.owed, 1)
  end
  return true
end

--- Writes the passes that were gathered, and what is owed.
---@return boolean? done
---@return table? err
function Journal:flush()
  local paid <const>, unpaid <const> = pay(self)
  if not paid then
    return nil, unpaid
  end
  local rows <const> = {}
  for index, key in ipairs(require("floe.set").list(self.passed)) do
    rows[index] = self.passed[key]
  end
  if #rows == 0 then
    return true
  end
  local done <const>, err <const> = append(self, {
    kind = CHECK, verdict = "pass",
    body = json.encode(json.object {
      { "schema", CHECK_SCHEMA }, { "command", COMMAND }, { "results", json.array(rows) },
    }),
  })
  if done then
    self.passed, self.since = {}, nil
  end
  return done, err
end

--- The same, where something is owed, or has been gathered for long enough.
---@param now integer
---@param required boolean the platform requires what is kept
---@return boolean? done
---@return table? err
function Journal:settle(now, required)
  if self.owed[1] or self.since and now - self.since >= (required and SOON or TOGETHER) then
    return self:flush()
  end
  return true
end

--- Keeps what did not pass, with the verdict on all.
---@param results floe.check.result[]
---@param verdict table
---@return boolean? done
---@return table? err
function Journal:keep(results, verdict)
  local rows <const> = {}
  for _, result in ipairs(results) do
    rows[#rows + 1] = result.status ~= "pass" and result or nil
  end
  if #rows == 0 and #verdict.findings == 0 and verdict.verdict == "pass" then
    return true
  end
  return append(self, records.judged(self.product, rows, verdict, COMMAND))
end

local NOTICE <const> = {
  "state", "reason", "contract", "version", "type", "schema", "element", "rule", "status", "severity", "priority",
  "message", "expected", "actual", "first_at", "at", "count", "suppressed",
}

--- Keeps a notice.
---@param notice floe.monitor.notice
---@return boolean? done
---@return table? err
function Journal:notice(notice)
  local members <const> = { { "schema", ALERT_SCHEMA } }
  local told <const> = {}
  for index, name in ipairs(NOTICE) do
    told[index] = { name, notice[name] == nil and json.null or notice[name] }
  end
  told[#told + 1] = { "channels", json.array(notice.channels) }
  members[2] = { "notice", json.object(told) }
  return append(self, {
    kind = ALERT, verdict = notice.state, body = json.encode(json.object(members)), at = notice.at,
  })
end

-- ---- reading --------------------------------------------------------------------------------------------------

-- Entries of a kind, the oldest first.
local function entries(self, handle, kind, since)
  local pages <const>, before = {}, nil
  repeat
    local found <const> = handle:entries {
      kind = kind, product = self.product, since = math.max(since, 1), before = before, limit = PAGE,
    } or {}
    pages[#pages + 1] = found
    before = found[#found] and found[#found].seq
  until #found < PAGE
  local out <const> = {}
  for page = #pages, 1, -1 do
    for index = #pages[page], 1, -1 do
      out[#out + 1] = pages[page][index]
    end
  end
  return out
end

local function part_of(entry, name)
  local body <const> = json.decode(entry.body)
  local part <const> = type(body) == "table" and body[name] or nil
  return type(part) == "table" and part or nil, type(body) == "table" and body.command == COMMAND
end

-- Calls `hear(what, own)` with a part of the bodies of the entries of a kind. `own`: this command wrote it.
local function each(self, kind, part, since, hear)
  if not self.path or not files.exists(self.path) then
    return true
  end
  local handle <close>, err <const> = ledgers.open(self.path, { quick = true, wait = WAIT })
  if not handle then
    return nil, err
  end
  for _, entry in ipairs(entries(self, handle, kind, since)) do
    local what <const>, own <const> = part_of(entry, part)
    if what then
      hear(what, own)
    end
  end
  return true
end

--- The notices that were given since a moment, the oldest first.
---@param since integer
---@return floe.monitor.notice[]? notices
---@return table? err
function Journal:notices(since)
  local out <const> = {}
  local done <const>, err <const> = each(self, ALERT, "notice", since, function(notice)
    out[#out + 1] = notice
  end)
  return done and out, err
end

--- Results of checks since a moment, the oldest first.
---@param since integer
---@param hear fun(result: floe.check.result, own: boolean) own: the monitor checked, and told of it
---@return boolean? done
---@return table? err
function Journal:results(since, hear)
  return each(self, CHECK, "results", since, function(results, own)
    for _, result in ipairs(results) do
      hear(result, own)
    end
  end)
end

return M
