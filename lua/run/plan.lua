-- What a run is going to be: the artifact that was compiled, why it may not run, and what dbt is asked for.

local artifacts <const> = require "compile.artifact"
local check <const> = require "compile.check"
local connections <const> = require "check.connection"
local dbt <const> = require "compile.dbt"
local digest <const> = require "host.digest"
local document <const> = require "host.document"
local environment <const> = require "compile.environment"
local files <const> = require "host.files"
local json <const> = require "host.json"
local problem <const> = require "manifest.problem"
local programs <const> = require "program"
local set <const> = require "floe.set"

local M = {}

local EXIT_REFUSED <const>, EXIT_INPUT <const>, EXIT_OUTSIDE <const> = 1, 2, 4
local MOST_SHOWN <const> = 10
local COMPILE <const> = "`floe compile` makes it anew"

-- What is read of an artifact.
local PARTS <const> = set.of { "metadata", "identity", "mode", "inheritance_chain", "plugins", "transforms", "dbt",
  "governance", "data_contracts", "observability", "verdict", "outputs", "inputs", "environment", "selection" }

---@class floe.run.request what is asked for
---@field folder string
---@field today string YYYY-MM-DD
---@field now string the time of it, in UTC
---@field enforce string? a mode
---@field select string[]
---@field exclude string[]
---@field full_refresh boolean?
---@field threads integer?
---@field dbt string? the program
---@field reading floe.reading
---@field environment string? its name
---@field retry boolean? only what the last run left undone
---@field wait number? seconds; below 0 for as long as it takes

---@class floe.run.plan
---@field root string the product's folder
---@field project string the folder of its dbt project
---@field artifact any a view
---@field digest string of the artifact
---@field product { id: string, name: string, version: string, domain: string?, namespace: string, owner: string? }
---@field platform { name: string, version: string, mode: string, digest: string }?
---@field connection floe.check.connection how dbt connects
---@field reading floe.reading what is asked for, and what holds since the compile where nothing is
---@field asked floe.run.request
---@field inputs integer how many were compared

---@class floe.run.refusal
---@field problem floe.problem
---@field exit integer
---@field product table? the product, where that is known

local function refuse(wrong, exit)
  return nil, { problem = wrong, exit = exit }
end

-- ---- may it run ---------------------------------------------------------------------------------------------

-- Data that lies in the product's folder, where dbt takes it for none of its own: a delivery makes nothing stale, nor
-- does a report that floe itself has left there since, or what somebody kept of its output (`nohup floe run`).
local IS_DATA <const> = set.of { "csv", "tsv", "jsonl", "ndjson", "parquet", "txt", "md", "sarif", "xml", "out", "err" }

local function is_data(path, resources)
  if not IS_DATA[(path:match("%.(%w+)$") or ""):lower()] then
    return false
  end
  for _, folder in ipairs(resources) do
    if path:sub(1, #folder + 1) == folder .. "/" then
      return false
    end
  end
  return true
end

-- Of what changed, what changes what runs.
local function changes_of(found, resources)
  local out <const> = {}
  for _, change in ipairs(found.changes) do
    out[#out + 1] = not (change.path and is_data(change.path, resources)) and change or nil
  end
  return out
end

-- The platform of another digest than the one that it was compiled for, taken out of the changes.
local function take_platform(artifact, changes)
  for _, tier in ipairs(artifact.inheritance_chain) do
    for index, change in ipairs(changes) do
      if change.path == tier.ref then
        table.remove(changes, index)
        return ("it was compiled for %s %s (%s), and '%s' is another now"):format(tier.name, tier.version,
          tier.digest:sub(1, 19), tier.ref)
      end
    end
  end
end

local function described(change)
  local what <const> = change.path or change.option or "variable " .. change.variable
  return ("%-8s %s"):format(change.kind, what)
end

-- Why an artifact is not that of the files, line by line; nil where it is.
local function stale(artifact, found, resources)
  local changes <const>, lines <const> = changes_of(found, resources), { table.unpack(found.reasons) }
  if #changes == 0 and #lines == 0 then
    return nil
  end
  lines[#lines + 1] = take_platform(artifact, changes)
  for index = 1, math.min(#changes, MOST_SHOWN) do
    lines[#lines + 1] = described(changes[index])
  end
  if #changes > MOST_SHOWN then
    lines[#lines + 1] = ("and %d more"):format(#changes - MOST_SHOWN)
  end
  return table.concat(lines, "\n")
end

local function hint_of(found)
  for _, change in ipairs(found.changes) do
    if change.option then
      return ("give the options that it was compiled by, or compile with these: %s"):format(change.option)
    elseif change.variable == "FLOE_ENV" then
      return "a policy's mode depends on the environment: compile with FLOE_ENV set to the one that it runs in"
    end
  end
  return COMPILE
end

-- What was asked for when it was compiled holds, where nothing else is asked for.
local function reading_of(asked, artifact)
  local reading <const>, before <const> = setmetatable({}, { __index = asked.reading }), artifact.selection
  reading.profile = asked.reading.profile or before and before.profile
  reading.target = asked.reading.target or before and before.target
  return reading
end

-- Whether it may run by what it says itself.
local function by_itself(artifact, path)
  local verdict <const> = document.kind(artifact.verdict) == "object" and artifact.verdict.verdict
  if verdict == "blocked" or verdict == "error" then
    return refuse(problem.with(path, ("the verdict on the artifact is '%s': it may not run"):format(verdict),
      "`floe compile` tells what blocks"), EXIT_REFUSED)
  end
  local mistake <const> = artifacts.mistake(artifact, path, PARTS)
  if mistake then
    return refuse(mistake, EXIT_INPUT)
  elseif not artifact.dbt then
    return refuse(problem.with(path, "the product has no dbt project: there is nothing to run",
      "floe runs the models of a dbt project"), EXIT_INPUT)
  end
  return true
end

local function by_files(root, artifact, path, asked, reading)
  local found <const>, wrong <const> = check.of(root, asked.today, reading, artifact)
  if not found then
    return refuse(wrong, EXIT_INPUT)
  end
  local project <const> = files.normalize(files.join(root, artifact.dbt.project_path))
  local why <const> = stale(artifact, found, require("compile.inputs").resources(root, project))
  if why then
    return refuse(problem.with(path, "the artifact is not that of the files, so it may not run\n" .. why,
      hint_of(found)), EXIT_REFUSED)
  end
  return found
end

-- ---- what dbt is asked for ----------------------------------------------------------------------------------

local function add_all(out, option, values)
  if #values > 0 then
    out[#out + 1] = option
    for _, value in ipairs(values) do
      for word in value:gmatch("%S+") do
        out[#out + 1] = word
      end
    end
  end
end

local function arguments_of(asked, retry)
  local out <const> = { "--log-format-file", "debug" }
  if retry then
    table.move(retry.arguments, 1, #retry.arguments, #out + 1, out)
  else
    add_all(out, "--select", asked.select)
    add_all(out, "--exclude", asked.exclude)
  end
  if asked.threads then
    add_all(out, "--threads", { tostring(asked.threads) })
  end
  if asked.full_refresh or retry and retry.full_refresh then
    out[#out + 1] = "--full-refresh"
  end
  return out
end

-- What dbt is asked for with any command.
local function request_of(plan, command, arguments, variables)
  local made <const>, reading <const> = plan.artifact.dbt, plan.reading
  return {
    program = plan.program, project = plan.project, command = command, arguments = arguments,
    profiles = made.profiles_dir and files.join(plan.root, made.profiles_dir) or reading.profiles,
    profile = reading.profile or made.profile, target = reading.target, vars = reading.vars,
    environment = programs.environment(variables),
  }
end

--- What dbt is asked for.
---@param plan floe.run.plan
---@param variables table<string, string> of its environment, beside those of this process
---@param retry floe.run.retry?
---@return floe.dbt.request
function M.request(plan, variables, retry)
  return request_of(plan, "build", arguments_of(plan.asked, retry), variables)
end

-- The events by which dbt lists, by its version, and of what it lists that which runs.
local LISTS <const> = set.of { "PrintEvent", "ListCmdOut" }
local RUNS <const> = set.of { "model", "seed", "snapshot", "test", "unit_test", "function" }

--- The nodes that a selection names, as dbt itself says, which takes it some seconds.
---@param plan floe.run.plan
---@param select string[]
---@param exclude string[]
---@return table<string, boolean>? selected by unique_id
---@return floe.problem? problem
function M.selected(plan, select, exclude)
  local out <const>, words <const> = {}, { "--output", "json", "--output-keys", "unique_id" }
  add_all(words, "--select", select)
  add_all(words, "--exclude", exclude)
  local heard <const>, unstarted <const> = dbt.hear(request_of(plan, "ls", words, {}), { event = function(name, data)
    local listed <const> = LISTS[name] and type(data) == "table" and json.decode(tostring(data.msg))
    local id <const> = type(listed) == "table" and listed.unique_id
    if type(id) == "string" and RUNS[id:match("^[^.]+")] then
      out[id] = true
    end
  end })
  if heard and heard.interrupted then
    error({ interrupted = true }, 0)
  elseif not heard or heard.code ~= 0 then
    return nil, unstarted or heard.problems[1]
  end
  return out
end

-- ---- the plan -----------------------------------------------------------------------------------------------

local function product_of(artifact)
  local written <const>, identity <const> = artifact.metadata, artifact.identity
  local domain <const> = identity.domain
  local is_mesh <const> = artifact.mode == "mesh" and domain ~= nil
  return {
    id = identity.product_id, name = written.product_name, version = written.product_version, domain = domain,
    owner = written.owner, description = written.description, repository = identity.repository,
    namespace = is_mesh and domain .. "." .. written.product_name or written.product_name,
  }
end

-- The platform is the manifest at the top.
local function platform_of(artifact)
  local top <const> = artifact.inheritance_chain[1]
  return top and { name = top.name, version = top.version, mode = artifact.mode, digest = top.digest } or nil
end

-- How the run's dbt connects.
local function connection_of(root, project, artifact, reading, program)
  local made <const> = artifact.dbt
  return connections.of {
    root = root, project = project, dbt = program, target = reading.target,
    profiles = made.profiles_dir and files.join(root, made.profiles_dir) or reading.profiles,
    profile = reading.profile or made.profile,
  }
end

--- Plans a run.
---@param asked floe.run.request
---@return floe.run.plan? plan
---@return floe.run.refusal? refusal
function M.of(asked)
  local root <const> = files.normalize(asked.folder)
  local path <const> = files.normalize(files.join(root, artifacts.path))
  if not files.is_file(path) then
    local there <const> = files.is_dir(root)
    return refuse(problem.with(path, there and "nothing was compiled yet: there is no artifact"
      or ("there is no folder '%s'"):format(root), there and "`floe compile` makes it, and judges the product"
      or "name the folder of a product"), EXIT_INPUT)
  end
  local artifact <const>, wrong <const> = artifacts.read(path)
  if not artifact then
    return refuse(wrong, EXIT_INPUT)
  end
  local ok, refusal = by_itself(artifact, path)
  if not ok then
    return nil, refusal
  end
  local reading <const>, product <const> = reading_of(asked, artifact), product_of(artifact)
  local found
  found, refusal = by_files(root, artifact, path, asked, reading)
  if not found then
    refusal.product = product
    return nil, refusal
  end
  local project <const> = files.normalize(files.join(root, artifact.dbt.project_path))
  local program <const>, missing <const> = dbt.find(asked.dbt, { root, project }, artifact.dbt.adapter or "duckdb")
  if not program then
    return nil, { problem = missing, exit = EXIT_OUTSIDE, product = product }
  end
  local connection <const> = connection_of(root, project, artifact, reading, program)
  if connection.lacking then
    return nil, { problem = connection.lacking, exit = EXIT_INPUT, product = product }
  end
  return {
    root = root, project = project, artifact = artifact, digest = digest.of_file(path), product = product,
    platform = platform_of(artifact), reading = reading, program = program, asked = asked, inputs = found.inputs,
    connection = connection,
  }
end

--- What chooses among nodes and environments, as it is kept: the options of the command line, and the target that holds
--- without one, as the product was compiled with it.
---@param plan floe.run.plan
---@param retry floe.run.retry?
---@return table
function M.selection(plan, retry)
  local asked <const> = plan.asked
  return json.object {
    { "select", json.array(asked.select) }, { "exclude", json.array(asked.exclude) },
    { "full_refresh", asked.full_refresh or retry and retry.full_refresh or false },
    { "threads", asked.threads or json.null },
    { "target", plan.reading.target or json.null }, { "environment", asked.environment or json.null },
    { "vars", environment.selection(asked.reading).vars or json.null },
  }
end

return M
