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
