-- Where a compile works until it is decided: a folder of its own below .floe/cache, on the product's file system, so
-- that what is kept is put in its place by renaming. What fails takes the folder away, and a compile that was killed
-- leaves one that the next takes away.

local files <const> = require "host.files"
local system <const> = require "host.system"

local M = {}

local PARENTS <const> = { ".floe", ".floe/cache", ".floe/cache/pending" }
local MARK <const> = "started"
local ABANDONED <const> = 3600 * 1000000000 -- nanoseconds after which a folder without its process is nobody's
local MOST_TRIES <const> = 5

---@class floe.workspace
---@field root string the product's folder
---@field path string the folder; made by `open`
---@field made string[] folders above it that were not there before, outermost first
---@field guarded table<string, { before: string?, line: string }> files of the product, what was in them, and the line
---that is added to them
local Workspace = {}
Workspace.__index = Workspace

function Workspace.__close(self)
  self:close()
end

--- A workspace of a product. Nothing is made yet.
---@param root string
---@return floe.workspace
function M.new(root)
  local name <const> = ("%d-%x"):format(system.pid, system.nanoseconds())
  return setmetatable({
    root = root, made = {}, guarded = {}, path = files.normalize(files.join(root, PARENTS[#PARENTS], name)),
  }, Workspace)
end

-- Takes away what compiles that were killed left behind.
local function sweep(folder, own)
  for _, name in ipairs(files.list(folder) or {}) do
    local path <const> = files.join(folder, name)
    local _, started <const> = files.status(files.join(path, MARK))
    local is_old <const> = started and system.nanoseconds() - started > ABANDONED
    if path ~= own and is_old and not files.exists("/proc/" .. (name:match("^%d+") or "")) then
      files.remove_tree(path)
    end
  end
end

--- Makes the folder, where it was not made yet.
---@return string? path
---@return table? err
function Workspace:open()
  if self.is_open then
    return self.path
  end
  for _, parent in ipairs(PARENTS) do
    local folder <const> = files.join(self.root, parent)
    self.made[#self.made + 1] = not files.exists(folder) and folder or nil
  end
  local ok, err
  for _ = 1, MOST_TRIES do -- another compile that ends takes away the folders above, where they are empty
    ok, err = files.mkdir(self.path)
    if ok or err.code ~= "not_found" then
      break
    end
  end
  if ok then
    self.is_open = true
    ok, err = files.write(files.join(self.path, MARK), "")
  end
  if not ok then
    return nil, err
  end
  sweep(files.dirname(self.path), self.path)
  return self.path
end

--- A path in the folder, whose own folder is made.
---@param ... string
---@return string? path
---@return table? err
function Workspace:file(...)
  local folder, err = self:open()
  if not folder then
    return nil, err
  end
  local path <const> = files.join(folder, ...)
  folder, err = files.mkdir(files.dirname(path))
  if not folder then
    return nil, err
  end
  return path
end

--- A folder in the folder.
---@param name string
---@return string? path
---@return table? err
function Workspace:folder(name)
  local inside <const>, err <const> = self:file(name, ".")
  return inside and files.normalize(inside), err
end

--- Puts a text in a file's place at once. It is written in the workspace first: what a compile that is killed leaves
--- there is no file of the product.
---@param path string
---@param text string
---@return boolean? done
---@return table? err
function Workspace:put(path, text)
  local pending <const>, err <const> = self:file("put", files.basename(path))
  if not pending then
    return nil, err
  end
  local ok, wrong = files.mkdir(files.dirname(path))
  if ok then
    ok, wrong = files.write(pending, text)
  end
  if not ok then
    return nil, wrong
  end
  return files.move(pending, path)
end

--- Remembers a file of the product to which dbt adds a line meanwhile.
---@param path string
---@param line string
function Workspace:guard(path, line)
  self.guarded[path] = { before = files.is_file(path) and files.read(path) or nil, line = line }
end

--- What was written to guarded files stays: the compile is decided.
function Workspace:release()
  self.guarded = {}
end

-- Takes away the lines that were added to guarded files; whatever else was written stays.
local function restore(guarded)
  for path, one in pairs(guarded) do
    local before <const>, now <const> = one.before or "", files.is_file(path) and files.read(path) or ""
    local added <const> = now:sub(1, #before) == before and now:sub(#before + 1):gsub("%s", "")
    if added == one.line and one.before then
      files.write(path, before)
    elseif added == one.line then
      files.remove(path)
    end
  end
end

--- Takes the folder away, and those above it that were made for it and hold nothing else.
function Workspace:close()
  restore(self.guarded)
  if not self.is_open then
    return
  end
  files.remove_tree(self.path)
  for index = #self.made, 1, -1 do
    files.remove(self.made[index])
  end
end

return M
