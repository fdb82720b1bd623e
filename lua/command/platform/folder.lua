-- A folder of files that is there as a whole or not at all: it is written beside its place and moved there.
local files <const> = require "host.files"
local system <const> = require "host.system"

local M = {}

--- How a folder differs from what it should hold.
---@param folder string
---@param list { path: string, text: string }[]
---@return { kind: "changed"|"new"|"gone", path: string }[] sorted by path
function M.compare(folder, list)
  local wanted <const>, out <const> = {}, {}
  for _, file in ipairs(list) do
    wanted[file.path] = true
    local path <const> = files.join(folder, file.path)
    local there <const> = files.is_file(path)
    if not there or files.read(path) ~= file.text then
      out[#out + 1] = { kind = there and "changed" or "gone", path = file.path }
    end
  end
  for _, entry in ipairs(files.is_dir(folder) and files.walk(folder, {}) or {}) do
    if not wanted[entry.path] then
      out[#out + 1] = { kind = "new", path = entry.path }
    end
  end
  table.sort(out, function(a, b)
    return a.path < b.path
  end)
  return out
end

-- Removes a folder that floe made.
local function remove(folder)
  for _, name in ipairs(files.list(folder) or {}) do
    local path <const> = files.join(folder, name)
    if files.is_dir(path) then
      remove(path)
    else
      os.remove(path)
    end
  end
  os.remove(folder)
end

-- What processes that are gone left behind beside a folder.
local function clear(parent, name)
  for _, entry in ipairs(files.list(parent) or {}) do
    local owner <const> = entry:match("^%." .. name:gsub("%p", "%%%0") .. "%.%a+%.(%d+)$")
    if owner and not files.exists("/proc/" .. owner) then
      remove(files.join(parent, entry))
    end
  end
end

local function write_all(folder, list)
  for _, file in ipairs(list) do
    local path <const> = files.join(folder, file.path)
    local ok, err = files.mkdir(files.dirname(path))
    if ok then
      ok, err = files.write(path, file.text)
    end
    if not ok then
      return nil, err
    end
  end
  return true
end

-- Exchanges a folder for a new one. Where it cannot be, the old one is put back.
local function exchange(new, old, folder)
  local had <const> = files.is_dir(folder)
  local ok, err = true, nil
  if had then
    ok, err = files.move(folder, old)
  end
  if ok then
    ok, err = files.move(new, folder)
    if not ok and had then
      files.move(old, folder)
    end
  end
  return ok, err
end

--- Writes a folder. What was there is exchanged for it.
---@param folder string
---@param list { path: string, text: string }[]
---@return boolean? ok
---@return table? err
function M.write(folder, list)
  local parent <const>, name <const> = files.dirname(folder), files.basename(folder)
  local made <const>, wrong <const> = files.mkdir(parent)
  if not made then
    return nil, wrong
  end
  clear(parent, name)
  local new <const> = files.join(parent, (".%s.new.%d"):format(name, system.pid))
  local old <const> = files.join(parent, (".%s.old.%d"):format(name, system.pid))
  local ok, err = write_all(new, list)
  if ok then
    ok, err = exchange(new, old, folder)
  end
  remove(new)
  remove(old)
  return ok, err
end

return M
