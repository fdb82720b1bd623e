-- What a service says while it runs: a JSON object a line for machines, a sentence for people.

local json <const> = require "host.json"
local moment <const> = require "evidence.moment"
local system <const> = require "host.system"
local terminals <const> = require "terminal"

local M = {}

local SERVICE <const> = "floe-monitor"

---@class floe.log
---@field terminal terminal
---@field format "json"|"text"
local Log <const> = {}
Log.__index = Log

--- The first parts of every line; more are told behind them, in the order of their names.
local function as_json(level, message, more)
  local members <const> = {
    { "timestamp", moment.text(system.nanoseconds() // 1000000) },
    { "level", level }, { "message", message }, { "service", SERVICE },
  }
  for _, name in ipairs(require("floe.set").list(more)) do
    members[#members + 1] = { name, more[name] }
  end
  return json.encode(json.object(members))
end

local STYLES <const> = { WARNING = "yellow", ERROR = "red" }

local function as_text(terminal, level, message)
  local time <const> = system.timestamp():sub(12, 19)
  local head <const> = level == "INFO" and "" or terminal:paint(STYLES[level] or "dim", level:lower()) .. " "
  return ("%s %s%s"):format(terminal:paint("dim", time), head, terminals.clean(message))
end

--- Says something at once: whoever reads it waits for it.
---@param level "INFO"|"WARNING"|"ERROR"
---@param message string a sentence
---@param more table<string, any>? what machines want to know besides
function Log:say(level, message, more)
  if level == "INFO" and self.terminal.quiet then
    return
  end
  if self.format == "json" then
    self.terminal:write(as_json(level, message, more or {}) .. "\n")
  else
    self.terminal:line(as_text(self.terminal, level, message))
  end
  self.terminal:flush()
end

--- Says what went wrong, with what to do about it.
---@param what string
---@param err { message: string, hint: string?, code: string?, file: string?, line: integer? }
---@param more table<string, any>?
function Log:fail(what, err, more)
  local place <const> = err.file and terminals.place(err)
  local hint <const> = err.hint and " (" .. err.hint .. ")" or ""
  local kind <const> = err.code or err.kind or "error"
  local all <const> = { error = json.object { { "type", kind }, { "message", err.message } } }
  for name, value in pairs(more or {}) do
    all[name] = value
  end
  local where <const> = place and place .. ": " or ""
  self:say("ERROR", ("%s: %s%s%s"):format(what, where, err.message, hint), all)
end

---@param terminal terminal
---@param format "json"|"text"|nil nil: text on a terminal, JSON elsewhere
---@return floe.log
function M.open(terminal, format)
  return setmetatable({
    terminal = terminal, format = format or (system.is_terminal(1) and "text" or "json"),
  }, Log)
end

return M
