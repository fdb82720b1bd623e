-- Opens the catalog that a platform names in `plugins.catalog`, or the file beside the product where it names none.

local catalog <const> = require "host.catalog"
local files <const> = require "host.files"

local M = {}

M.DEFAULT_TYPE, M.DEFAULT_PATH = "sqlite", ".floe/catalog.db"

--- The settings of a catalog in full. Paths are relative to the folder given.
---@param plugin table? `plugins.catalog` as a plain table: { type =, config = }
---@param root string the product's folder
---@return { type: string, config: table }
function M.settings(plugin, root)
  local kind <const> = plugin and plugin.type or M.DEFAULT_TYPE
  local config <const> = {}
  for key, value in pairs(plugin and plugin.config or {}) do
    config[key] = value
  end
  if kind == "sqlite" then
    config.path = files.normalize(files.join(root, config.path or M.DEFAULT_PATH))
  end
  return { type = kind, config = config }
end

--- Opens it. Nothing is written by that: a file that is not there is a catalog with nothing in it.
---@param plugin table?
---@param root string
---@return any handle nil where it cannot be opened
---@return table? err
function M.open(plugin, root)
  return catalog.open(M.settings(plugin, root))
end

return M
