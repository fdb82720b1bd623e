-- Which process does a run, and whether it still lives: its number alone may be another's by now, after a reboot or
-- after many processes, so the boot and the moment of its start are noted with it. As Linux tells them; elsewhere a
-- process is known by its number alone.

local files <const> = require "host.files"
local json <const> = require "host.json"
local system <const> = require "host.system"

local M = {}

---@class floe.run.owner
---@field pid integer
---@field boot string? id of the boot
---@field start string? clock ticks from the boot to the start of the process

local function text_of(path)
  local file <const> = io.open(path, "r")
  local text <const> = file and file:read("a")
  if file then
    file:close()
  end
  return text
end

local function boot()
  local text <const> = text_of("/proc/sys/kernel/random/boot_id")
  return text and text:match("^%S+")
end

-- Field 22 of the process's status; the name of the program stands before it in brackets, and may hold anything.
local function start_of(pid)
  local rest <const> = (text_of(("/proc/%d/stat"):format(pid)) or ""):match("^.*%) (.*)$")
  local number = 2
  for word in (rest or ""):gmatch("%S+") do
    number = number + 1
    if number == 22 then
      return word
    end
  end
end

--- This process.
---@return floe.run.owner
function M.mine()
  return { pid = system.pid, boot = boot(), start = start_of(system.pid) }
end

--- As it is written down.
---@param owner floe.run.owner
---@return table
function M.note(owner)
  return json.object {
    { "pid", owner.pid }, { "boot", owner.boot or json.null }, { "start", owner.start or json.null },
  }
end

--- What was written down: nil where it is no note.
---@param note any
---@return floe.run.owner?
function M.noted(note)
  local pid <const> = type(note) == "table" and math.tointeger(note.pid)
  return pid and { pid = pid, boot = note.boot, start = note.start } or nil
end

--- Whether a process that was noted still lives.
---@param owner floe.run.owner
---@return boolean
function M.is_alive(owner)
  local this_boot <const> = boot()
  if not this_boot then
    return files.exists(("/proc/%d"):format(owner.pid))
  end
  return owner.boot == this_boot and owner.start ~= nil and start_of(owner.pid) == owner.start
end

return M
