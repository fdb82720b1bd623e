-- The module that dbt finds beside its own for the time of a run, so that it tells how many rows DuckDB wrote: without
-- it the rows of a model would cost a second process, as the file is locked while dbt works.

local embedded <const> = require "host.embedded"
local files <const> = require "host.files"
local system <const> = require "host.system"

local M = {}

-- A folder that holds nothing else: what stands on PYTHONPATH stands before Python's own modules.
local FOLDER <const>, MODULE <const> = ".floe/cache/companion", "dbt_floe_rows.py"

---@class floe.run.companion
---@field folder string
local Companion = {}
Companion.__index = Companion

--- Puts it there, for an adapter that needs it. Whoever does so holds the lock of the product's runs.
---@param root string the product's folder
---@param adapter string?
---@return floe.run.companion? nil where there is none, which is no failure: then there are no rows to tell
function M.place(root, adapter)
  local folder <const> = files.normalize(files.join(root, FOLDER))
  if adapter ~= "duckdb" or not files.remove_tree(folder) or not files.mkdir(folder) then
    return nil
  end
  local text <const> = embedded.read("lua/run/" .. MODULE)
  return files.write(files.join(folder, MODULE), text) and setmetatable({ folder = folder }, Companion) or nil
end

--- Adds to the variables of dbt what lets it find the module.
---@param variables table<string, string>
function Companion:add_to(variables)
  local before <const>, own <const> = system.env("PYTHONPATH"), files.absolute(self.folder)
  variables.PYTHONPATH = before and before ~= "" and own .. ":" .. before or own
end

--- Takes it away.
function Companion:remove()
  files.remove_tree(self.folder)
end

return M
