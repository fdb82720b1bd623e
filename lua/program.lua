-- Running other programs: what they are given, and, for a few lines of output within a time, asking them.
local files <const> = require "host.files"
local process <const> = require "host.process"
local system <const> = require "host.system"

local M = {}

local MOST_LINES <const> = 1000 -- unless more are asked for

--- The environment of a program: that of this process, and more.
---@param more table<string, string> by name
---@return string[] "NAME=value"
function M.environment(more)
  local out <const> = {}
  for _, name in ipairs(system.variables()) do
    out[#out + 1] = not more[name] and name .. "=" .. (system.env(name) or "") or nil
  end
  for name, value in pairs(more) do
    out[#out + 1] = name .. "=" .. value
  end
  return out
end

--- Runs a program of the PATH and gives its output back; nil where there is no such program, where it fails, takes too
--- long or was interrupted.
---@param words string[] the program's name and its arguments
---@param options { folder: string?, seconds: number?, most: integer? }?
---@return string[]? lines of its standard output
function M.lines(words, options)
  options = options or {}
  local path <const> = files.find_program(words[1])
  if not path then
    return nil
  end
  local running <const> = process.start {
    arguments = { path, table.unpack(words, 2) },
    folder = options.folder,
  }
  if not running then
    return nil
  end
  local lines <const>, deadline <const> = {}, system.monotonic() + (options.seconds or 10)
  local event, stream, text
  repeat
    event, stream, text = running:next(math.max(deadline - system.monotonic(), 0))
    if event == "line" and stream == 1 and #lines < (options.most or MOST_LINES) then
      lines[#lines + 1] = text
    end
  until event ~= "line"
  local ending <const> = running:stop(event == "ended" and 5 or 0)
  running:close()
  return event == "ended" and ending.code == 0 and lines or nil
end

return M
