-- Files of lines that stay bounded: what has become large is put aside as FILE.1, over an older one.
local files <const> = require "host.files"

local M = {}

--- Adds a line to a file, below a folder that is made where there is none.
---@param path string
---@param text string without its end
---@param most integer bytes before the file is put aside: by one of the processes that add to it
---@return boolean? done
---@return table? err
function M.add(path, text, most)
  local size, err = files.append(path, text .. "\n")
  if not size and err.code == "not_found" and files.mkdir(files.dirname(path)) then
    size, err = files.append(path, text .. "\n")
  end
  if not size then
    return nil, err
  elseif size >= most then
    files.take(path, path .. ".1", most)
  end
  return true
end

return M
