-- Who asked for a run: the run around floe, from the variables that schedulers set, and floe's own for what runs in it.
local facets <const> = require "evidence.openlineage.facets"

local M = {}

local object <const> = facets.object

local UUID <const> = "^%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$"

--- A run as a text names it: namespace, job and id, with a slash between them.
---@param text string?
---@return { id: string, job: { namespace: string, name: string } }? nil where it names none
function M.parse(text)
  local namespace <const>, name <const>, id <const> = (text or ""):match("^(.+)/([^/]+)/([^/]+)$")
  return id and id:find(UUID) and { id = id:lower(), job = { namespace = namespace, name = name } } or nil
end

--- A run as such a text.
---@param run { id: string, job: { namespace: string, name: string } }
---@return string
function M.text(run)
  return ("%s/%s/%s"):format(run.job.namespace, run.job.name, run.id)
end

--- The run of a command. Looking at a product is another job than running it.
---@param env fun(name: string): string?
---@param product { name: string?, namespace: string? }
---@param id string
---@param command string? "run" where it is nil
---@return { id: string, job: { namespace: string, name: string } }
function M.run(env, product, id, command)
  local set <const> = env "OPENLINEAGE_NAMESPACE"
  local name <const> = product.name or "floe"
  return { id = id, job = { namespace = set and set ~= "" and set or product.namespace or name,
    name = command and command ~= "run" and name .. "." .. command or name } }
end

--- Variables for what a command starts: its run is the parent.
---@param env fun(name: string): string?
---@param run { id: string, job: { namespace: string, name: string } } the command's
---@param out table<string, string> what they are added to
---@return table<string, string>
function M.variables(env, run, out)
  local root <const> = M.parse(env "OPENLINEAGE_ROOT_PARENT_ID") or M.parse(env "OPENLINEAGE_PARENT_ID") or run
  out.OPENLINEAGE_PARENT_ID, out.OPENLINEAGE_ROOT_PARENT_ID = M.text(run), M.text(root)
  return out
end

local function reference(run)
  return object("run", object("runId", run.id), "job", object("namespace", run.job.namespace, "name", run.job.name))
end

local function facet(parent, root)
  return facets.make("parent", "run", object("runId", parent.id), "job",
    object("namespace", parent.job.namespace, "name", parent.job.name), "root", reference(root))
end

--- The facets that name parents: `outer` of the command's run, where somebody asked for it, `inner` of what runs in it.
---@param env fun(name: string): string?
---@param own { id: string, job: { namespace: string, name: string } } the command's run
---@return { outer: table?, inner: table }
function M.of(env, own)
  local parent <const> = M.parse(env "OPENLINEAGE_PARENT_ID")
  local root <const> = M.parse(env "OPENLINEAGE_ROOT_PARENT_ID") or parent
  return { outer = parent and facet(parent, root), inner = facet(own, root or own) }
end

--- The time for which a scheduler meant this run: FLOE_NOMINAL_TIME.
---@param env fun(name: string): string?
---@return string?
function M.nominal(env)
  local text <const> = env "FLOE_NOMINAL_TIME"
  return text and text:match("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d[%d.]*Z$")
    or text and text:match("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d[%d.]*[+-]%d%d:%d%d$") or nil
end

return M
