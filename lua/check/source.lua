-- Which source tells the facts of a check: what is near and cheap first.
--   duckdb    the DuckDB file, read by the Python beside dbt
-- A source is opened with what is known, and asked once for all tables:
--   open(request) → source | nil, err
--   source:ask(targets, { timeout = }) → answers by the ids of targets | nil, err
--   source.name, source.adapter (whose SQL measures are written in)

local M = {}

local function failure(message, hint)
  return nil, { code = "outside", message = message, hint = hint }
end

--- The source for a request; what was asked for, or what fits.
---@param request floe.check.request
---@return table? source
---@return table? err { code, message, hint }
function M.open(request)
  local connection <const> = request.connection
  local wanted <const> = request.facts
  if wanted then
    return require("check.facts." .. wanted).open(request)
  elseif not connection then
    return failure("nothing tells where the data is", "the product has no dbt project")
  end
  local source, err <const> = require("check.facts.duckdb").open(request)
  if not source and err.code ~= "unfit" then
    return nil, err
  end
  if not source then
    return nil, { code = "outside", message = err.message }
  end
  return source
end

return M
