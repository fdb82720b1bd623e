-- The files below a product's folder, without the folders that hold what was made.

local files <const> = require "host.files"
local set <const> = require "floe.set"

local M = {}

local SKIPPED <const> = { ".git", ".hg", ".svn", ".floe", ".venv", "venv", "__pycache__", "build", "dbt_packages",
  "logs", "node_modules", "target" }
local IS_SKIPPED <const> = set.of(SKIPPED)

local MOST_FILES <const> = 200000

--- Walks a product's folder.
---@param root string
---@return { path: string, size: integer, modified: integer }[]? entries as host.files.walk has them
---@return table? err
function M.walk(root)
  return files.walk(root, { skip = SKIPPED, max_files = MOST_FILES })
end

--- Of a walk, the files that are in no folder of further names.
---@param entries table[]
---@param names string[]
---@return table[]
function M.without(entries, names)
  local out = entries
  for _, name in ipairs(names) do
    if not IS_SKIPPED[name] then
      local left <const>, part <const> = {}, "/" .. name .. "/"
      for _, entry in ipairs(out) do
        left[#left + 1] = not ("/" .. entry.path):find(part, 1, true) and entry or nil
      end
      out = left
    end
  end
  return out
end

return M
