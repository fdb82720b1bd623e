-- Runs that began and have not ended yet, on the disk: each is noted before its START is told, with the event that ends
-- it where nothing else does. Where a process is killed, or its machine, the next one tells these events, so that each
-- run ends once under its own id. A process notes in a file of its own, and holds the lock beside it while it lives.

local files <const> = require "host.files"
local moment <const> = require "evidence.moment"
local redact <const> = require "evidence.redact"
local system <const> = require "host.system"

local M = {}

--- Where they are, below the product's folder.
M.folder = ".floe/lineage"

local NOTES <const>, LOCK <const> = ".open", ".lock"

---@class floe.lineage.unended
---@field path string without its end
---@field lock any
local Unended <const> = {}
Unended.__index = Unended

--- Begins to note the runs of a command; nil where nothing can be written there.
---@param root string the product's folder
---@param id string of the command's run
---@return floe.lineage.unended?
function M.open(root, id)
  local path <const> = files.normalize(files.join(root, M.folder, id))
  local lock <const> = files.lock(path .. LOCK, ("process %d"):format(system.pid))
  return lock and setmetatable({ path = path, lock = lock }, Unended) or nil
end

--- A run is about to begin.
---@param id string
---@param text string the event that ends it where nothing else does
function Unended:began(id, text)
  files.append(self.path .. NOTES, ("+%s %s\n"):format(id, redact.json(text)))
end

--- The end of a run was told.
---@param id string
function Unended:ended(id)
  files.append(self.path .. NOTES, ("-%s\n"):format(id))
end

--- All of them ended. The notes go first: who finds notes finds the lock beside them, too.
function Unended:close()
  files.remove(self.path .. NOTES)
  files.remove(self.path .. LOCK)
  self.lock:close()
end

-- What is noted of runs that did not end, those that began last first.
local function left_in(path)
  local texts <const>, order <const>, out <const> = {}, {}, {}
  for line in (files.is_file(path) and files.read(path) or ""):gmatch("([^\n]*)\n") do
    local id <const>, text <const> = line:match("^%+(%S+) ({.*})$")
    if id then
      texts[id], order[#order + 1] = text, id
    end
    texts[line:match("^%-(%S+)$") or ""] = nil
  end
  for index = #order, 1, -1 do
    out[#out + 1] = texts[order[index]]
  end
  return out
end

-- The same event at another moment, which is not before the run began.
local function at(text, now)
  return (text:gsub('^({"eventType":"%u+","eventTime":")([^"]*)', function(head, began)
    return head .. (now > began and now or began)
  end))
end

--- Ends what processes left that are gone: what runs in a command ends before it.
---@param root string the product's folder
---@param tell fun(event: string)
function M.end_left(root, tell)
  local folder <const> = files.normalize(files.join(root, M.folder))
  for _, name in ipairs(files.is_dir(folder) and files.list(folder) or {}) do
    local id <const> = name:sub(-#NOTES) == NOTES and name:sub(1, -#NOTES - 1)
    local notes <const> = id and M.open(root, id) -- nil where it lives
    if notes then
      local now <const> = moment.text(system.nanoseconds() // 1000000)
      for _, text in ipairs(left_in(notes.path .. NOTES)) do
        tell(at(text, now))
      end
      notes:close()
    end
  end
end

return M
