-- What a platform asks of products' ledgers: that everything is kept, and for how long.

local ledgers <const> = require "evidence.ledger"
local system <const> = require "host.system"

local M = {}

local DAY <const> = 86400
local UNITS <const> = { h = 3600, d = DAY, w = 7 * DAY }
local MOST <const> = 100000 -- of any unit

--- How long something is kept: "48h", "90d", "12w".
---@param text any
---@return integer? seconds nil where it says no such thing
function M.seconds(text)
  local number <const>, unit <const> = tostring(text):match("^(%d+)([hdw])$")
  local count <const> = math.tointeger(tonumber(number))
  return count and count <= MOST and count * UNITS[unit] or nil
end

---@class floe.ledger.rules
---@field required boolean what cannot be kept fails the command
---@field retention integer? seconds after which entries are taken out of the product's own ledger

--- What the merged governance of a product says about its ledger.
---@param governance any a table or a view; nil where there is none
---@return floe.ledger.rules
function M.of(governance)
  local asked <const> = governance and governance.evidence or {}
  return { required = asked.required == true, retention = asked.retention and M.seconds(asked.retention) }
end

--- Takes out what is older than is asked for, where that has been due for a day: of the product's own ledger only, as
--- one that is named may be that of products which ask for something else.
---@param handle any
---@param rules floe.ledger.rules
---@param origin fun(): string who does so, a JSON object
---@return table? err
---@return integer? entries that were taken out
function M.retain(handle, rules, origin)
  if not rules.retention or ledgers.elsewhere() then
    return nil
  end
  local edge <const> = system.time() - rules.retention
  local oldest <const>, err <const> = handle:oldest()
  if not oldest or oldest == 0 or oldest // 1000 >= edge - DAY then
    return err
  end
  local taken <const>, wrong <const> = handle:prune(edge * 1000, origin())
  return not taken and wrong or nil, taken
end

return M
