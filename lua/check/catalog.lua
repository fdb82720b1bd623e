-- The catalog of a product, where its tables may be Iceberg's.

local identity <const> = require "catalog.identity"
local members <const> = require "catalog.product"
local opening <const> = require "catalog.open"

local M = {}

--- Opens it. Without a word about the source only a catalog behind a server is asked: the file beside a product knows
--- names alone.
---@param loading floe.loading? an opened product
---@param wanted string? the only source to be asked
---@return any? handle to be closed; nil where there is none, or it cannot be opened
---@return string[]? namespace the product's
---@return table? err why it cannot be opened
function M.of(loading, wanted)
  if not loading or not loading.resolved or wanted ~= nil and wanted ~= "iceberg"
    or wanted == nil and members.settings(loading).type == opening.DEFAULT_TYPE then
    return nil
  end
  local handle <const>, err <const> = members.open(loading)
  return handle, identity.namespace(loading.id), err
end

return M
