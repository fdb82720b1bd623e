-- A folder of files that is there as a whole or not at all: it is written beside its place and exchanged for what
-- stands there.
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

-- What processes that are gone left behind beside a folder.
local function clear(parent, name)
  local left <const> = "^%." .. name:gsub("%p", "%%%0") .. "%.new%.(%d+)"
  for _, entry in ipairs(files.list(parent) or {}) do
    local owner <const> = entry:match(left)
    if owner and not files.exists("/proc/" .. owner) then
      files.remove_tree(files.join(parent, entry))
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

--- Makes a folder hold these files and no others. Where it does already, it is left alone.
---@param folder string
---@param list { path: string, text: string }[]
---@return "written"|"unchanged"|nil effect
---@return table? err
function M.write(folder, list)
  local parent <const>, name <const> = files.dirname(folder), files.basename(folder)
  local made <const>, wrong <const> = files.mkdir(parent)
  if not made then
    return nil, wrong
  end
  clear(parent, name)
  if #M.compare(folder, list) == 0 then
    return "unchanged"
  end
  local new <const> = files.join(parent, (".%s.new.%d"):format(name, system.pid))
  local ok, err = write_all(new, list)
  if ok then
    ok, err = files.replace(folder, new)
  end
  files.remove_tree(new)
  return ok and "written" or nil, err
end

return M
