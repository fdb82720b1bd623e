-- The revision that is checked out where a folder lies, read from the files of git: no process is started for it.
local files <const> = require "host.files"
local repository <const> = require "repository"

local M = {}

local MOST_BYTES <const> = 16 << 20

local function first_line(path)
  local text <const> = files.is_file(path) and files.read(path, MOST_BYTES)
  return text and text:match("^[^\n]*")
end

-- Where git keeps what belongs to a checkout, and what all checkouts of the repository share.
local function folders(root)
  local folder = files.join(root, ".git")
  if files.is_file(folder) then -- of a further checkout, or of a submodule: it names the folder
    local named <const> = (first_line(folder) or ""):match("^gitdir: (.+)$")
    folder = named and files.normalize(files.join(root, named))
  end
  if not folder or not files.is_dir(folder) then
    return nil
  end
  local shared <const> = first_line(files.join(folder, "commondir"))
  return folder, shared and files.normalize(files.join(folder, shared)) or folder
end

local function packed(shared, name)
  local text <const> = files.read(files.join(shared, "packed-refs"), MOST_BYTES) or ""
  for line in text:gmatch("[^\n]+") do
    local commit <const>, ref <const> = line:match("^(%x+) (%S+)$")
    if ref == name then
      return commit
    end
  end
end

--- The commit and the branch that are checked out.
---@param folder string
---@return string? commit nil where there is no repository, or no commit yet
---@return string? branch nil where none is checked out
function M.of(folder)
  local root <const> = repository.root(folder)
  local own, shared
  if root then
    own, shared = folders(root)
  end
  local head <const> = own and first_line(files.join(own, "HEAD"))
  local name <const> = head and head:match("^ref: (refs/%S+)$")
  if not name then
    return head and head:match("^%x+$")
  end
  local commit <const> = first_line(files.join(own, name)) or first_line(files.join(shared, name))
    or packed(shared, name)
  return commit and commit:match("^%x+$"), name:match("^refs/heads/(.+)$")
end

return M
