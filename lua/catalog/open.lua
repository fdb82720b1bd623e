-- Opens the catalog that a platform names in `plugins.catalog`, or the file beside the product where it names none.

local catalog <const> = require "host.catalog"
local files <const> = require "host.files"

local M = {}

M.DEFAULT_TYPE, M.DEFAULT_PATH = "sqlite", ".floe/catalog.db"

--- The settings of a catalog in full.
---@param plugin table? `plugins.catalog` as a plain table: { type =, config = }
---@param folder string? of the file that names the plugin: paths are relative to it
---@param root string the product's folder
---@return { type: string, config: table }
function M.settings(plugin, folder, root)
  local kind <const> = plugin and (plugin.type or plugin.default) or M.DEFAULT_TYPE
  local config <const> = {}
  for key, value in pairs(plugin and plugin.config or {}) do
    config[key] = value
  end
  if kind == M.DEFAULT_TYPE and config.path == nil then
    config.path = files.normalize(files.join(root, M.DEFAULT_PATH))
  elseif kind == M.DEFAULT_TYPE and type(config.path) == "string" then
    config.path = files.normalize(files.join(folder or root, config.path))
  end
  return { type = kind, config = config }
end

--- Opens it. Nothing is written by that: a file that is not there is a catalog with nothing in it.
---@param settings { type: string, config: table }
---@return any handle nil where it cannot be opened
---@return table? err
function M.open(settings)
  return catalog.open(settings)
end

return M
