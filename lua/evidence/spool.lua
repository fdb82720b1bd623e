-- Evidence on its way to a backend: a folder a destination below .floe/evidence/, a line an event. A process adds to a
-- file of its own, and nothing waits for a network: what is complete is sent by another process (`evidence.sender`).
-- Files are its owner's alone, as events tell what a company keeps where.

local document <const> = require "host.document"
local files <const> = require "host.files"
local json <const> = require "host.json"
local percent <const> = require "evidence.percent"
local secrets <const> = require "manifest.secrets"
local set <const> = require "floe.set"
local system <const> = require "host.system"

local M = {}

--- Where it is below a product's folder.
M.folder = ".floe/evidence"

-- What a platform says of destinations, kept for whoever sends what waits here later.
local SETTINGS <const> = "settings.json"

--- Ends of names: what is added to, and what waits to be sent.
M.OPEN, M.COMPLETE = ".open", ".jsonl"

local MOST <const> = 64 << 20 -- bytes that may wait, over all destinations
local PART <const> = 256 << 10 -- bytes of a file before the next is begun
local MOST_FILES <const> = 100000

---@class floe.spool
---@field root string the product's folder
---@field most integer bytes that may wait
---@field open table<string, string> the file that is added to, by destination
---@field dropped table<string, integer> lines that had to make room, by destination
---@field lost table<string, { lines: integer, err: table }> lines that could not be written
local Spool <const> = {}
Spool.__index = Spool

--- The folder of a destination.
---@param root string
---@param name string
---@return string
function M.folder_of(root, name)
  return files.join(root, M.folder, percent.encode(name, "[^%w._-]"))
end

--- The destination that a folder belongs to.
---@param folder string its name
---@return string
function M.name_of(folder)
  return percent.decode(folder)
end

--- The names of what waits in a destination's folder, the oldest first.
---@param folder string
---@return string[]
function M.complete(folder)
  local out <const> = {}
  for _, name in ipairs(files.is_dir(folder) and files.list(folder) or {}) do
    if name:sub(-#M.COMPLETE) == M.COMPLETE then
      out[#out + 1] = name
    end
  end
  return out
end

-- A name behind all that wait. Two processes that find the same number differ in their own.
local function next_name(folder)
  local names <const> = M.complete(folder)
  local last <const> = names[#names] and math.tointeger(tonumber(names[#names]:match("^%d+"))) or 0
  return ("%012d-%d%s"):format(last + 1, system.pid, M.COMPLETE)
end

--- Takes a file from whoever adds to it: it is complete now, and waits to be sent.
---@param folder string
---@param name string
---@return string? name under which it waits; nil where it is gone
---@return table? err
function M.take(folder, name)
  local complete <const> = next_name(folder)
  local taken <const>, err <const> = files.take(files.join(folder, name), files.join(folder, complete))
  if taken then
    return complete
  end
  return nil, err
end

--- The lines of a text, without one at its end that was cut off.
---@param text string
---@return string[]
---@return boolean cut
function M.lines(text)
  local out <const> = {}
  for line in text:gmatch("([^\n]*)\n") do
    if line ~= "" then
      out[#out + 1] = line
    end
  end
  return out, text ~= "" and text:byte(-1) ~= 10
end

--- Keeps what a platform says of destinations: who sends what waits here needs it. It names secrets, and holds none.
---@param root string the product's folder
---@param settings table
---@return boolean? done
---@return table? err
function M.keep_settings(root, settings)
  local folder <const> = files.join(root, M.folder)
  local path <const> = files.join(folder, SETTINGS)
  local text <const> = json.encode(secrets.without(settings)) .. "\n"
  if files.is_file(path) and files.read(path) == text then
    return true
  end
  local made <const>, err <const> = files.mkdir(folder)
  if not made then
    return nil, err
  end
  return files.write_private(path, text)
end

--- What was kept; empty where nothing was.
---@param root string
---@return table
function M.settings(root)
  local path <const> = files.join(root, M.folder, SETTINGS)
  local view <const> = files.is_file(path) and document.read(path, { format = "json" })
  return document.kind(view) == "object" and document.plain(view) or {}
end

---@param root string the product's folder
---@param options { most: integer? }?
---@return floe.spool
function M.open(root, options)
  return setmetatable({
    root = root, most = options and options.most or MOST, open = {}, dropped = {}, lost = {},
  }, Spool)
end

-- What waits in all folders, the oldest first, and how many bytes that are.
local function waiting(root)
  local base <const> = files.join(root, M.folder)
  local found <const>, total = {}, 0
  for _, entry in ipairs(files.walk(base, { max_files = MOST_FILES }) or {}) do
    local folder <const>, name <const> = entry.path:match("^([^/]+)/([^/]+)$")
    if name then
      total = total + entry.size
      if name:sub(-#M.COMPLETE) == M.COMPLETE then
        found[#found + 1] = { path = files.join(base, entry.path), folder = folder, entry = entry }
      end
    end
  end
  table.sort(found, function(a, b)
    if a.entry.modified ~= b.entry.modified then
      return a.entry.modified < b.entry.modified
    end
    return a.path < b.path
  end)
  return found, total
end

-- Makes room: the oldest go first.
function Spool:bound()
  local found <const>, total <const> = waiting(self.root)
  local over = total - self.most
  for _, file in ipairs(found) do
    if over <= 0 then
      return
    end
    local text <const> = files.read(file.path)
    if text and files.remove(file.path) then
      local name <const> = M.name_of(file.folder)
      self.dropped[name] = (self.dropped[name] or 0) + #M.lines(text)
      over = over - file.entry.size
    end
  end
end

-- Begins a file for a destination.
function Spool:begin(name)
  local folder <const> = M.folder_of(self.root, name)
  local made <const>, err <const> = files.mkdir(folder)
  if not made then
    return nil, err
  end
  self:bound()
  local path <const> = files.join(folder, ("%d-%d%s"):format(system.nanoseconds(), system.pid, M.OPEN))
  self.open[name] = path
  return path
end

function Spool:complete(name)
  local path <const> = self.open[name]
  self.open[name] = nil
  local _, err <const> = M.take(files.dirname(path), files.basename(path))
  return err == nil or err.code == "not_found", err -- a sender may have taken it
end

--- Adds an event for a destination. Where that cannot be done it is lost, and `problems` says so.
---@param name string the destination's
---@param text string one line, without its end
---@return boolean? kept
---@return table? err
function Spool:put(name, text)
  local path, err, size = self.open[name], nil, nil
  local goes_on <const> = path ~= nil
  if not path then
    path, err = self:begin(name)
  end
  if path then
    size, err = files.append(path, text .. "\n")
  end
  if not size then
    self.open[name] = nil -- the next one tries anew, with a folder and a file of its own
    local lost <const> = self.lost[name] or { lines = 0 }
    lost.lines, lost.err = lost.lines + 1, err
    self.lost[name] = lost
    return nil, err
  elseif size >= PART then
    self:complete(name)
  elseif goes_on and size == #text + 1 then -- a sender took the file that was there, and may keep it for long
    self:bound()
  end
  return true
end

--- Nothing is added any more: all that this process added waits to be sent.
function Spool:close()
  for name in pairs(self.open) do
    self:complete(name)
  end
end

--- What could not be kept, as sentences.
---@return string[]
function Spool:problems()
  local out <const> = {}
  for _, name in ipairs(set.list(self.lost)) do
    local lost <const> = self.lost[name]
    out[#out + 1] = ("%d %s for %s could not be kept: %s"):format(lost.lines, lost.lines == 1 and "event" or "events",
      name, lost.err.message)
  end
  for _, name in ipairs(set.list(self.dropped)) do
    out[#out + 1] = ("%d of the oldest events for %s made room for newer ones: more than %d MiB wait in %s"):format(
      self.dropped[name], name, self.most >> 20, M.folder)
  end
  return out
end

return M
