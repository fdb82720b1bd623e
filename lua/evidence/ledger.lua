-- The ledger of a product: where it is, and how it is reached.
local files <const> = require "host.files"
local ledger <const> = require "host.ledger"
local system <const> = require "host.system"

local M = {}

--- Where it is below a product's folder, unless FLOE_LEDGER names another file.
M.path = ".floe/ledger.db"

local OFF <const> = "off"

--- The ledger that FLOE_LEDGER names, which may be that of many products.
---@return string?
function M.elsewhere()
  local set <const> = system.env("FLOE_LEDGER")
  return set ~= OFF and set ~= "" and set or nil
end

--- The file of a product's ledger.
---@param folder string the product's
---@return string? path nil where nothing is to be recorded
function M.locate(folder)
  if system.env("FLOE_LEDGER") == OFF then
    return nil
  end
  return M.elsewhere() or files.normalize(files.join(folder, M.path))
end

--- Opens a ledger; nothing is written yet.
---@param path string
---@param options { quick: boolean?, wait: integer? }?
---@return any? handle
---@return table? err
function M.open(path, options)
  options = options or {}
  return ledger.open { path = path, quick = options.quick, wait = options.wait }
end

return M
