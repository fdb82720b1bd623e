-- The database that a product runs in, where it is a file: one that is taken away while dbt has it open takes along
-- what dbt writes, and dbt does not notice.

local files <const> = require "host.files"
local problem <const> = require "manifest.problem"

local M = {}

-- The path of the file, below the folder where dbt works; nil where there is none, or only dbt can tell.
local function path_of(plan)
  local output <const> = plan.connection.output
  local path <const> = output and output.type == "duckdb" and output.path
  if type(path) ~= "string" or path == "" or path:find("^%a%a+:") or path:find("^[:~]") then
    return nil
  end
  return files.normalize(files.join(plan.project, path))
end

--- Whether there is no such file where there would be one.
---@param plan floe.run.plan
---@return boolean
function M.is_gone(plan)
  local path <const> = path_of(plan)
  return path ~= nil and not files.exists(path)
end

local BUILT <const> = { model = true, seed = true, snapshot = true }

--- Why what a run built is lost; nil where it is there, as far as is known.
---@param plan floe.run.plan
---@param nodes floe.run.node[] that ended
---@return floe.problem?
function M.lost(plan, nodes)
  for _, node in ipairs(M.is_gone(plan) and nodes or {}) do
    if BUILT[node.kind] and node.status == "success" then
      return problem.with(nil, ("there is no database '%s' any more: it was taken away while dbt worked, with all that"
        .. " was built in it"):format(path_of(plan)), "`floe run --retry-failed` builds all of it")
    end
  end
  return nil
end

return M
