-- Who is told of what a command does: lineage, telemetry, metrics, the ledger. A command tells neutral facts; each
-- observer turns them into its own format. An observer that fails is told nothing more, and the command goes on:
-- evidence never breaks a run.
--
--   local observers <const> = require("evidence.observers").open { root = folder, settings = artifact.observability }
--   observers:tell("node_ended", { … })
--   for _, line in ipairs(observers:close()) do … end
--
-- An observer is a module with open(context) → a table with methods named as what they are told, or nil where there is
-- nothing to tell. Its context holds root, settings, destinations (those of its format), and put(destination, text),
-- which takes one line of text. `close` is told last.

local destinations <const> = require "evidence.destinations"
local spools <const> = require "evidence.spool"
local system <const> = require "host.system"

local M = {}

--- The observers there are: the format whose destinations each writes to, and its module.
---@type { format: string, module: string }[]
M.known = {
  { format = "openlineage", module = "evidence.openlineage.observer" },
  { format = "otlp", module = "evidence.otlp.observer" },
  { format = "prometheus", module = "evidence.prometheus.observer" },
}

---@class floe.observers
---@field spool floe.spool
---@field list { name: string, observer: table }[]
---@field problems string[] to be said at the end
local Observers <const> = {}
Observers.__index = Observers

-- A part of the command that may fail without it.
local function protected(self, name, call, ...)
  local ok <const>, result <const> = xpcall(call, function(raised)
    return raised
  end, ...)
  if not ok then
    self.problems[#self.problems + 1] = ("%s: %s"):format(name, type(result) == "table" and result.message
      or tostring(result))
    return false
  end
  return true, result
end

-- Hands an event to its destination: at once where that is a file.
local function deliver(self, destination, text)
  if destination.kind == "file" then
    local done <const>, err <const> = destinations.write(self.spool.root, destination, text)
    if not done and not self.unwritten[destination.name] then
      self.unwritten[destination.name] = true
      self.problems[#self.problems + 1] = ("events for %s could not be kept: %s"):format(destination.name, err.message)
    end
    return done
  end
  return self.spool:put(destination.name, text)
end

local function by_format(all)
  local out <const> = {}
  for _, destination in ipairs(all) do
    out[destination.format] = out[destination.format] or {}
    table.insert(out[destination.format], destination)
  end
  return out
end

---@class floe.observers.context
---@field root string the product's folder
---@field settings table? `observability` of the artifact or the platform, plain
---@field env (fun(name: string): string?)? variables; those of the process where it is nil
---@field project any? the dbt project as facts, or a function that gives it once it is needed
---@field connection floe.check.connection? how dbt connects
---@field catalog any? the plugin `catalog`: its type and its config
---@field observers { name: string, observer: table }[]? further observers, such as the ledger's: told before all others

--- Opens all observers that have something to do.
---@param context floe.observers.context
---@return floe.observers
function M.open(context)
  local self <const> = setmetatable({
    spool = spools.open(context.root), list = table.move(context.observers or {}, 1, #(context.observers or {}), 1, {}),
    problems = {}, unwritten = {},
  }, Observers)
  local all <const>, wrong <const> = destinations.of(context.env, context.settings)
  for _, problem in ipairs(wrong) do
    self.problems[#self.problems + 1] = problem.message .. (problem.hint and ("; " .. problem.hint) or "")
  end
  local found <const> = by_format(all)
  for _, known in ipairs(M.known) do
    local function open()
      return require(known.module).open {
        root = context.root, env = context.env or system.env, settings = context.settings or {},
        destinations = found[known.format] or {},
        project = context.project, connection = context.connection, catalog = context.catalog,
        put = function(destination, text)
          return deliver(self, destination, text)
        end,
      }
    end
    local ok <const>, observer <const> = protected(self, known.format, open)
    if ok and observer then
      self.list[#self.list + 1] = { name = known.format, observer = observer }
    end
  end
  return self
end

--- Whether an observer listens, and has not failed.
---@param name string
---@return boolean
function Observers:hears(name)
  for _, entry in ipairs(self.list) do
    if entry.name == name then
      return true
    end
  end
  return false
end

--- Tells every observer that wants to know.
---@param name string "command_started", "step_ended", "node_ended" …
---@param ... any
function Observers:tell(name, ...)
  local index = 1
  while index <= #self.list do
    local entry <const> = self.list[index]
    local method <const> = entry.observer[name]
    if method and not protected(self, entry.name, method, entry.observer, ...) then
      table.remove(self.list, index)
    else
      index = index + 1
    end
  end
end

--- Ends it: what the observers hold goes out.
---@return string[] lines to tell the user; none where all is well
function Observers:close()
  self:tell("close")
  self.spool:close()
  local unkept <const> = self.spool:problems()
  return table.move(unkept, 1, #unkept, #self.problems + 1, self.problems)
end

return M
