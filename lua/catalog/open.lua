-- Opens the catalog that a platform names in `plugins.catalog`, or the file beside the product where it names none.

local catalog <const> = require "host.catalog"
local files <const> = require "host.files"

local M = {}

M.DEFAULT_TYPE, M.DEFAULT_PATH = "sqlite", ".floe/catalog.db"

-- What names a file in a configuration: its keys, and those of `oauth2`.
local FILES <const> = { "ca_file", "ca_path", "token_file" }
local CLIENT_FILES <const> = { "client_secret_file", "credential_file" }

-- A copy in which the files that `keys` name are found from the folder.
local function with_files(config, keys, folder)
  local copy <const> = {}
  for key, value in pairs(config) do
    copy[key] = value
  end
  for _, key in ipairs(keys) do
    if type(copy[key]) == "string" and copy[key] ~= "" then
      copy[key] = files.normalize(files.join(folder, copy[key]))
    end
  end
  return copy
end

--- The settings of a catalog in full.
---@param plugin table? `plugins.catalog` as a plain table: { type =, config = }
---@param folder string? of the file that names the plugin: paths are relative to it
---@param root string the product's folder
---@return { type: string, config: table }
function M.settings(plugin, folder, root)
  local kind <const> = plugin and plugin.type or M.DEFAULT_TYPE
  local config <const> = with_files(plugin and plugin.config or {}, FILES, folder or root)
  if type(config.oauth2) == "table" then
    config.oauth2 = with_files(config.oauth2, CLIENT_FILES, folder or root)
  end
  if kind == M.DEFAULT_TYPE and config.path == nil then
    config.path = files.normalize(files.join(root, M.DEFAULT_PATH))
  elseif kind == M.DEFAULT_TYPE and type(config.path) == "string" and config.path ~= "" then
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
