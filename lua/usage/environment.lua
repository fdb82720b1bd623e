-- The FLOE_ variables that are set. A misspelt one would change nothing and tell nobody, so they are compared with
-- those that floe reads.
local commands <const> = require "usage.commands"
local system <const> = require "host.system"

local M = {}

--- All FLOE_ variables of the process, by name. The system tells them on Linux only; elsewhere the table is empty.
---@return table<string, string>
function M.all()
  local found <const> = {}
  local file <const> = io.open("/proc/self/environ", "rb")
  if not file then
    return found
  end
  for name, value in file:read("a"):gmatch("([^=\0]+)=([^\0]*)") do
    if name:sub(1, 5) == "FLOE_" then
      found[name] = value
    end
  end
  file:close()
  return found
end

--- Every variable that floe reads, with what it stands for.
---@return table<string, string>
function M.known()
  local known <const> = {}
  for _, variable in ipairs(commands.variables) do
    known[variable[1]] = variable[2]
  end
  for _, definition in ipairs(commands.all()) do
    for _, option in ipairs(definition.run and commands.options(definition) or {}) do
      if option.name ~= "help" then
        known[commands.variable(definition, option)] = commands.title(definition) .. " --" .. option.name
      end
    end
  end
  return known
end

local function number(least, most, whole)
  return function(text)
    local value <const> = tonumber(text)
    return value ~= nil and value >= least and value <= most and (not whole or math.tointeger(value) ~= nil)
  end
end

-- What those of evidence may be, where not any text will do.
local FORMS <const> = {
  { name = "FLOE_EVIDENCE_WAIT", takes = "seconds from 0 to 600", holds = number(0, 600) },
  { name = "FLOE_OPENLINEAGE_BATCH", takes = "a number of events from 1 to 10000", holds = number(1, 10000, true) },
  { name = "FLOE_RUNNING_AFTER", takes = "seconds from 0.1 to 86400", holds = number(0.1, 86400) },
  { name = "FLOE_NOMINAL_TIME", takes = "a moment such as 2026-01-03T06:00:00Z", holds = function()
    return require("evidence.openlineage.parents").nominal(system.env) ~= nil
  end },
}

--- A variable of a command that tells evidence, whose value is none that it takes.
---@param definition usage.command
---@return { name: string, takes: string }?
function M.mistaken(definition)
  for _, form in ipairs(definition.tells and FORMS or {}) do
    local text <const> = system.env(form.name)
    if text and text ~= "" and not form.holds(text) then
      return form
    end
  end
  return nil
end

--- A variable that is set, belongs to a command by its name, and is read by none of its options.
---@param definition usage.command
---@return string? name
---@return string[]? known the variables the command reads
function M.misspelt(definition)
  local names <const>, known <const> = {}, {}
  for _, option in ipairs(commands.options(definition)) do
    local name <const> = commands.variable(definition, option)
    names[#names + 1], known[name] = name, true
  end
  local prefix <const> = commands.variable(definition, { name = "" })
  local found <const> = {}
  for name in pairs(M.all()) do
    if name:sub(1, #prefix) == prefix and not known[name] and system.env(name) then
      found[#found + 1] = name
    end
  end
  table.sort(found)
  return found[1], names
end

return M
