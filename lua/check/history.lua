-- What the ledger knows of earlier checks: how often one failed of late, and how often a table could be read.

local document <const> = require "host.document"
local files <const> = require "host.files"
local ledgers <const> = require "evidence.ledger"

local M = {}

local DAY <const> = 24 * 3600 * 1000
local LONG <const> = 30 * DAY
local MOST <const> = 10000 -- entries that are read

local function none()
  return 0, 0
end

local NOTHING <const> = { violations = none, availability = none }

local function key_of(...)
  return table.concat({ ... }, "\0")
end

-- Counts what an entry says of its checks.
local function count(counts, entry, now)
  local view <const> = document.parse(entry.body, "an entry of the ledger", { format = "json" })
  local results <const> = document.kind(view) == "object" and view.results
  for _, result in ipairs(document.kind(results) == "array" and results or {}) do
    if document.kind(result) == "object" and type(result.contract) == "string" and type(result.type) == "string" then
      local failed <const> = result.status == "violation"
      if failed and entry.at > now - DAY then
        local key <const> = key_of("v", result.contract, result.type, result.schema or "", result.element or "",
          result.rule or "")
        counts[key] = (counts[key] or 0) + 1
      end
      if result.type == "availability" and (failed or result.status == "pass") then
        local key <const> = key_of("a", result.contract, result.schema or "")
        local looked <const> = counts[key] or { 0, 0 }
        looked[1] = looked[1] + (result.status == "pass" and 1 or 0)
        looked[2] = looked[2] + 1
        counts[key] = looked
      end
    end
  end
end

--- What is known of a product's checks. A ledger that cannot be read knows nothing.
---@param root string
---@param now integer milliseconds since 1970
---@return { violations: function, availability: function }
function M.of(root, now)
  local path <const> = ledgers.locate(root)
  local handle <close> = path and files.exists(path) and ledgers.open(path, { quick = true }) or nil
  if not handle then
    return NOTHING
  end
  local counts <const> = {}
  for _, entry in ipairs(handle:entries { kind = "check", since = math.max(now - LONG, 1), limit = MOST } or {}) do
    count(counts, entry, now)
  end
  return {
    violations = function(contract, kind, schema, element, rule)
      return counts[key_of("v", contract, kind, schema, element or "", rule or "")] or 0
    end,
    availability = function(contract, schema)
      local looked <const> = counts[key_of("a", contract, schema)] or { 0, 0 }
      return looked[1], looked[2]
    end,
  }
end

return M
