-- Who is told of what a command does: lineage, telemetry, metrics, the ledger. A command tells neutral facts; each
-- observer turns them into its own format. An observer that fails is told nothing more but the end, so that nothing
-- stays open that it began, and the command goes on: evidence never breaks a run.
--
--   local observers <const> = require("evidence.observers").open { root = folder, settings = artifact.observability }
--   observers:tell("node_ended", { … })
--   for _, line in ipairs(observers:close()) do … end
--
-- An observer is a module with open(context) → a table with methods named as what they are told, or nil where there is
-- nothing to tell. Its context holds root, settings, destinations (those of its format), and put(destination, text),
-- which takes one line of text. `close` is told last.
--
-- What is for a backend goes into the spool, and a process of its own sends it meanwhile (`evidence.sender`). At the
-- end it is waited for, for some seconds: what is left by then stays in the spool, and one line says so.

local count <const> = require("terminal").count
local destinations <const> = require "evidence.destinations"
local files <const> = require "host.files"
local process <const> = require "host.process"
local redact <const> = require "evidence.redact"
local set <const> = require "floe.set"
local sender <const> = require "evidence.sender"
local spools <const> = require "evidence.spool"
local system <const> = require "host.system"

local M = {}

--- The observers there are: the format whose destinations each writes to, and its module.
---@type { format: string, module: string }[]
M.known = {
  { format = "openlineage", module = "evidence.openlineage.observer" },
  { format = "otlp", module = "evidence.otlp.observer" },
  { format = "prometheus", module = "evidence.prometheus.observer" },
  { format = "webhook", module = "evidence.webhook.observer" },
}

-- What an observer that failed is still told.
local ENDS <const> = { command_ended = true, close = true }

local STANDARD_ERROR <const> = 2
local WAIT <const> = 5 -- seconds for the sender at the end, where FLOE_EVIDENCE_WAIT does not say otherwise
local LONGEST_WAIT <const> = 600
local AFTER_INTERRUPT <const> = 2 -- seconds, where somebody wants the command to end
local STOPPING <const> = 1 -- second that a sender has to end in good order

---@class floe.observers
---@field spool floe.spool
---@field list { name: string, observer: table }[]
---@field own integer how many of them, at the front, the command brought itself
---@field problems string[] to be said at the end
---@field lost table<string, boolean> names of observers that failed: they are told the end, and nothing else
---@field recorded boolean? one of them writes the ledger
---@field settings table
---@field sent_to table<string, floe.destination> those whose events went into the spool
---@field started boolean? whether there is a sender
---@field sender any? its process
---@field program string? what is run to send; this program where it is nil
---@field sends boolean whether what waits is to be sent while the command runs
local Observers <const> = {}
Observers.__index = Observers

--- Keeps a line for the end of the command.
---@param line string
function Observers:say(line)
  self.problems[#self.problems + 1] = line
end

-- A part of the command that may fail without it. What fails is said once.
local function protected(self, name, call, ...)
  local ok <const>, result <const> = xpcall(call, function(raised)
    return raised
  end, ...)
  if ok then
    return true, result
  elseif not self.lost[name] then
    self.lost[name] = true
    self:say(("%s: %s"):format(name, type(result) == "table" and result.message or tostring(result)))
  end
  return false
end

-- Starts the process that sends. Where that fails events wait in the spool.
local function start_sender(self)
  self.started = true
  local kept <const>, err <const> = spools.keep_settings(self.spool.root, self.settings)
  if not kept then
    return nil, err
  end
  local program <const> = self.program or files.real("/proc/self/exe")
  if program then
    self.sender = process.start {
      arguments = { program, "evidence", "follow", tostring(system.pid), self.spool.root },
    }
  end
end

-- Hands an event to its destination: at once where that is a file or the terminal. No secret that is known passes here.
local function deliver(self, destination, event)
  local text <const> = redact.json(event)
  if destination.kind == "console" then
    return system.write(STANDARD_ERROR, text .. "\n")
  elseif destination.kind == "file" then
    local done <const>, err <const> = destinations.write(self.spool.root, destination, text)
    if not done and not self.unwritten[destination.name] then
      self.unwritten[destination.name] = true
      self:say(("events for %s could not be kept: %s"):format(destination.name, err.message))
    end
    return done
  end
  local kept <const>, err <const> = self.spool:put(destination.name, text)
  if kept and self.sends then
    self.sent_to[destination.name] = destination
    if not self.started then
      start_sender(self)
    end
  end
  return kept, err
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
---@field program string? what is run to send; this program where it is nil
---@field sends boolean? false: another process sees to it
---@field observers { name: string, observer: table }[]? further observers, such as the ledger's: told before all others

--- Opens all observers that have something to do.
---@param context floe.observers.context
---@return floe.observers
function M.open(context)
  local self <const> = setmetatable({
    spool = spools.open(context.root), list = table.move(context.observers or {}, 1, #(context.observers or {}), 1, {}),
    own = #(context.observers or {}), problems = {}, lost = {}, unwritten = {}, settings = context.settings or {},
    sent_to = {}, program = context.program, sends = context.sends ~= false,
  }, Observers)
  redact.add_settings(self.settings)
  local all <const>, wrong <const> = destinations.of(context.env, context.settings)
  for _, problem in ipairs(wrong) do
    self:say(problem.message .. (problem.hint and ("; " .. problem.hint) or ""))
  end
  local found <const> = by_format(all)
  for _, known in ipairs(M.known) do
    local function open()
      return require(known.module).open {
        root = context.root, env = context.env or system.env, settings = self.settings,
        destinations = found[known.format] or {},
        project = context.project, connection = context.connection, catalog = context.catalog, durable = true,
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
      return not self.lost[name]
    end
  end
  return false
end

local function tell(self, first, last, name, ...)
  for index = first, last do
    local entry <const> = self.list[index]
    local method <const> = entry.observer[name]
    if method and (ENDS[name] or not self.lost[entry.name]) then
      protected(self, entry.name, method, entry.observer, ...)
    end
  end
end

--- Tells every observer that wants to know.
---@param name string "command_started", "step_ended", "node_ended" …
---@param ... any
function Observers:tell(name, ...)
  tell(self, 1, #self.list, name, ...)
end

--- Tells those that the command brought itself, such as the ledger's: what became of that may change what all others
--- are told by `tell_others`.
---@param name string
---@param ... any
function Observers:tell_own(name, ...)
  tell(self, 1, self.own, name, ...)
end

---@param name string
---@param ... any
function Observers:tell_others(name, ...)
  tell(self, self.own + 1, #self.list, name, ...)
end

-- Seconds to wait at the end.
local function patience(seconds)
  local said <const> = tonumber(system.env("FLOE_EVIDENCE_WAIT"))
  local wait <const> = math.max(0, math.min(seconds or said or WAIT, LONGEST_WAIT))
  return system.interrupted() and math.min(wait, AFTER_INTERRUPT) or wait
end

-- Takes what the sender has to say: what a backend refuses. False where it has ended.
local function hear_sender(self)
  local event, stream, text
  repeat
    event, stream, text = self.sender:next(0)
    local name <const>, why <const> = (event == "line" and stream == 1 and text or ""):match("^([^\t]+)\t(.*)$")
    if name then
      self:say(("events for %s were refused: %s"):format(name, why))
    end
  until event ~= "line"
  return event ~= "ended"
end

-- Waits for the sender, and ends it.
local function finish_sender(self, seconds)
  local running <const> = self.sender
  if not running then
    return
  end
  sender.await(self.spool.root, set.list(self.sent_to), seconds, function(most)
    system.pause(most)
    return hear_sender(self)
  end)
  hear_sender(self)
  running:stop(STOPPING)
  running:close()
end

-- What is left, in one line; each reason once.
local function say_what_waits(self)
  local events, reasons <const>, names <const> = 0, {}, {}
  for _, waiting in ipairs(sender.waiting(self.spool.root)) do
    if self.sent_to[waiting.name] and waiting.events > 0 then
      local why <const> = waiting.why or ""
      reasons[#reasons + 1] = not names[why] and why or nil
      names[why] = names[why] and names[why] .. ", " .. waiting.name or waiting.name
      events = events + waiting.events
    end
  end
  for index, why in ipairs(reasons) do
    reasons[index] = names[why] .. (why ~= "" and (" (%s)"):format(why) or "")
  end
  if events > 0 then
    self:say(("%s for %s %s in %s: `floe evidence flush` sends what waits"):format(count(events, "event"),
      table.concat(reasons, ", "), events == 1 and "waits" or "wait", spools.folder))
  end
end

--- Ends it: what the observers hold goes out, and the sender is waited for.
---@param seconds number? at most; FLOE_EVIDENCE_WAIT, or 5, where it is nil
---@return string[] lines to tell the user; none where all is well
function Observers:close(seconds)
  self:tell("close")
  self.spool:close()
  local unkept <const> = self.spool:problems()
  table.move(unkept, 1, #unkept, #self.problems + 1, self.problems)
  if next(self.sent_to) then
    finish_sender(self, patience(seconds))
    say_what_waits(self)
  end
  for index, problem in ipairs(self.problems) do
    self.problems[index] = redact.text(problem)
  end
  return self.problems
end

return M
