-- Which checkout of a repository a folder lies in.
local files <const> = require "host.files"

local M = {}

--- The nearest folder, at or above this one, that is a checkout: it holds a `.git`.
---@param folder string
---@return string? absolute path; nil where there is none
function M.root(folder)
  local current = files.absolute(folder)
  while not files.exists(files.join(current, ".git")) do
    local parent <const> = files.dirname(current)
    if parent == current then
      return nil
    end
    current = parent
  end
  return current
end

return M
