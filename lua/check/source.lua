-- Which source tells the facts of a check: what is near and cheap first.
--   iceberg   the catalog's metadata, where the tables are Iceberg's; no engine is asked
--   duckdb    the DuckDB file, read by the Python beside dbt
--   dbt       whatever dbt connects to, through `dbt show`
-- A source is opened with what is known, and asked once for all tables:
--   open(request) → source | nil, err
--   source:ask(targets, { timeout = }) → answers by the ids of targets | nil, err
--   source.name, source.adapter (whose SQL measures are written in)

local M = {}

local function failure(message, hint)
  return nil, { code = "outside", message = message, hint = hint }
end

-- The engine that dbt connects to.
local function engine(request)
  if not request.connection then
    return failure("nothing tells where the data is", "the product has no dbt project")
  end
  local source <const>, err <const> = require("check.facts.duckdb").open(request)
  if source or err.code ~= "unfit" then
    return source, err
  end
  return require("check.facts.dbt").open(request)
end

-- ---- two sources ------------------------------------------------------------------------------------------

local Both = {}
Both.__index = Both

-- What the catalog leaves open: tables that it does not have, and measures that metadata do not tell.
local function is_open(answer)
  if answer.error then
    return true
  end
  for _, err in pairs(answer.errors) do
    if err.code == "unsupported" then
      return true
    end
  end
  return false
end

-- What becomes of a question that metadata leave open where the engine cannot be asked about the table: that the
-- catalog has it does not make the engine's failure a table that is gone.
local function unanswered(err, name)
  if err.code ~= "missing" then
    return err
  end
  return { code = "outside", message = ("the catalog has the table, and %s has not: %s"):format(name, err.message) }
end

-- An answer of the catalog, filled up by the engine's. What the engine was asked for and could not tell is unknown.
local function filled(answer, more, name)
  if answer.error then
    -- a table that neither has is told by who has the tables
    return more.error and more.error.code == "missing" and answer or more
  end
  local unknown <const> = more.error and unanswered(more.error, name)
  for place, err in pairs(answer.errors) do
    if err.code == "unsupported" then
      answer.values[place], answer.errors[place] = more.values[place], unknown or more.errors[place]
    end
  end
  answer.probe_error, answer.schema_only = unknown or more.probe_error, nil
  return answer
end

function Both:ask(targets, options)
  local answers <const>, open <const> = self.catalog:ask(targets, options), {}
  for _, target in ipairs(targets) do
    open[#open + 1] = is_open(answers[target.id]) and target or nil
  end
  if #open == 0 then
    return answers
  end
  local more <const>, err <const> = self.engine:ask(open, options)
  if not more then
    return nil, err
  end
  for _, target in ipairs(open) do
    local answer <const> = more[target.id]
    answer.values, answer.errors, answer.source = answer.values or {}, answer.errors or {}, self.engine.name
    answers[target.id] = filled(answers[target.id], answer, self.engine.name)
  end
  return answers
end

-- An engine that cannot be opened, beside a catalog that can: what metadata do not tell is not known, and this is why.
local function unopened(err)
  local words <const> = err.hint and ("%s (%s)"):format(err.message, err.hint) or err.message
  return { name = "dbt", ask = function(_, targets)
    local out <const> = {}
    for _, target in ipairs(targets) do
      out[target.id] = { error = { code = "outside", message = words } }
    end
    return out
  end }
end

--- The source for a request: what was asked for, or what fits.
---@param request floe.check.request
---@return table? source
---@return table? err { code, message, hint }
function M.open(request)
  if request.facts and request.facts ~= "iceberg" and not request.connection then
    return engine(request)
  elseif request.facts then
    return require("check.facts." .. request.facts).open(request)
  end
  local below <const>, err <const> = engine(request)
  if not request.catalog then
    return below, err
  end
  local above <const> = require("check.facts.iceberg").open(request)
  if not request.connection then
    return above -- the product has no engine: metadata are all there is
  end
  local engine_below <const> = below or unopened(err)
  return setmetatable({
    name = engine_below.name, adapter = engine_below.adapter, catalog = above, engine = engine_below,
  }, Both)
end

return M
