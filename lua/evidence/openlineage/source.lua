-- Where the code of a job is kept: the repository that the product lies in, the commit and the branch.
local facets <const> = require "evidence.openlineage.facets"
local files <const> = require "host.files"
local percent <const> = require "evidence.percent"
local repository <const> = require "repository"
local revision <const> = require "evidence.revision"

local M = {}

-- An address that a browser opens: "git@host:team/name.git" and "ssh://git@host/team/name" as "https://host/team/name".
-- Users and passwords in it are left out.
local function address(remote)
  local host, path = remote:match("^[%w._-]+@([%w.-]+):([^/].*)$")
  if not host then
    local scheme <const>, rest <const> = remote:match("^(%a[%w+.-]*)://(.+)$")
    if not scheme then
      host, path = remote:match("^([%w-]+%.[%w.-]+)/(.+)$")
    elseif scheme == "http" or scheme == "https" or scheme == "ssh" or scheme == "git" then
      host, path = rest:match("^([^/]+)/(.+)$")
      host = host and host:gsub("^.*@", "")
      host = host and (scheme == "http" or scheme == "https") and host or host and host:gsub(":%d+$", "")
    end
  end
  path = path and path:gsub("[?#].*$", ""):gsub("/+$", ""):gsub("%.git$", "")
  return host and ("https://%s/%s"):format(host, percent.encode(percent.decode(path), "[^%w._~:@!$&'()*+,;=/-]")) or nil
end

--- The address of the remote `origin`, as git's configuration has it.
---@param root string the checkout
---@return string?
local function origin(root)
  local config <const> = files.join(root, ".git", "config")
  local text <const> = files.is_file(config) and files.read(config) or ""
  local section
  for line in text:gmatch("[^\n]+") do
    section = line:match("^%s*%[%s*(.-)%s*%]") or section
    local url <const> = section == 'remote "origin"' and line:match("^%s*url%s*=%s*(.-)%s*$")
    if url then
      return url
    end
  end
end

---@class floe.lineage.source
---@field url string
---@field root string the checkout
---@field commit string?
---@field branch string?

--- Where a product's code is kept.
---@param folder string the product's
---@param named string? the repository as floe.yaml names it, for a product whose checkout has no remote
---@return floe.lineage.source? nil where nobody says it
function M.of(folder, named)
  local root <const> = repository.root(folder)
  local url <const> = root and address(origin(root) or "") or named and address(named)
  if not url then
    return nil
  end
  local commit <const>, branch <const> = revision.of(folder)
  return { url = url, root = root, commit = commit, branch = branch }
end

--- The facet of a job.
---@param source floe.lineage.source?
---@param file string? the file of the job
---@return table?
function M.facet(source, file)
  if not source then
    return nil
  end
  local path = file and source.root and files.relative(files.absolute(file), source.root) or nil
  if path and path:sub(1, 2) == ".." then
    path = nil
  end
  return facets.make("sourceCodeLocation", "type", "git", "url", source.url, "repoUrl", source.url, "path", path,
    "version", source.commit, "branch", source.branch)
end

M.address = address

return M
