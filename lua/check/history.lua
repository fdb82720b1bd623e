-- What is known of earlier checks: how often one failed of late, and how often a table could be read.

local document <const> = require "host.document"
local files <const> = require "host.files"
local ledgers <const> = require "evidence.ledger"

local M = {}

local DAY <const> = 24 * 3600 * 1000
local DAYS <const> = 30
local MOST <const> = 10000 -- entries that are read

--- For how long a check matters, in milliseconds.
M.MEMORY = DAYS * DAY

---@class floe.check.history
---@field failed table<string, integer[]> when a check failed, within a day
---@field looked table<string, table<integer, integer[]>> how often a table was there and looked for, by days
local History <const> = {}
History.__index = History

local function key_of(...)
  return table.concat({ ... }, "\0")
end

--- A history without checks.
---@return floe.check.history
function M.new()
  return setmetatable({ failed = {}, looked = {} }, History)
end

-- Times of the day before a moment.
local function recent(times, now)
  local out <const> = {}
  for _, at in ipairs(times or {}) do
    out[#out + 1] = at > now - DAY and at or nil
  end
  return out
end

local function add_failure(self, result)
  local key <const> = key_of(result.contract, result.type, result.schema or "", result.element or "",
    result.rule or "")
  local times <const> = recent(self.failed[key], result.at)
  times[#times + 1] = result.at
  self.failed[key] = times
end

local function add_look(self, result)
  local key <const> = key_of(result.contract, result.schema or "")
  local days <const>, day <const> = self.looked[key] or {}, result.at // DAY
  self.looked[key] = days
  if not days[day] then
    days[day] = { 0, 0 }
    days[day - DAYS] = nil
  end
  local times <const> = result.count or 1
  days[day][1] = days[day][1] + (result.status == "pass" and times or 0)
  days[day][2] = days[day][2] + times
end

--- Adds a result. One that stands for several that passed has a `count`.
---@param result floe.check.result
function History:add(result)
  local failed <const> = result.status == "violation"
  if failed then
    add_failure(self, result)
  end
  if result.type == "availability" and (failed or result.status == "pass") then
    add_look(self, result)
  end
end

--- What is known at a moment.
---@param now integer milliseconds since 1970
---@return { violations: floe.check.violations, availability: fun(contract: string, schema: string): integer, integer }
function History:at(now)
  return {
    violations = function(contract, kind, schema, element, rule)
      return #recent(self.failed[key_of(contract, kind, schema, element or "", rule or "")], now)
    end,
    availability = function(contract, schema)
      local up, looked = 0, 0
      for day, times in pairs(self.looked[key_of(contract, schema)] or {}) do
        if day > (now - M.MEMORY) // DAY then
          up, looked = up + times[1], looked + times[2]
        end
      end
      return up, looked
    end,
  }
end

-- Adds what an entry says of its checks.
local function add_entry(self, entry)
  local view <const> = document.parse(entry.body, "an entry of the ledger", { format = "json" })
  local results <const> = document.kind(view) == "object" and view.results
  for _, result in ipairs(document.kind(results) == "array" and results or {}) do
    if document.kind(result) == "object" and type(result.contract) == "string" and type(result.type) == "string" then
      self:add {
        contract = result.contract, type = result.type, schema = result.schema, element = result.element,
        rule = result.rule, status = result.status, at = entry.at, count = math.tointeger(result.count),
      }
    end
  end
end

--- What the ledger of a product knows. One that cannot be read knows nothing.
---@param root string
---@param product string? its id: several may share a ledger
---@param now integer milliseconds since 1970
---@return { violations: function, availability: function }
function M.of(root, product, now)
  local self <const>, path <const> = M.new(), ledgers.locate(root)
  local handle <close> = path and files.exists(path) and ledgers.open(path, { quick = true }) or nil
  local query <const> = { kind = "check", product = product, since = math.max(now - M.MEMORY, 1), limit = MOST }
  local found <const> = handle and handle:entries(query) or {}
  for index = #found, 1, -1 do -- the oldest first
    add_entry(self, found[index])
  end
  return self:at(now)
end

return M
