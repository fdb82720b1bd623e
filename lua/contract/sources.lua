-- Where contracts come from for the commands: files, folders, and what a contract was earlier (another file, a folder
-- of earlier versions, a revision of its repository, the catalog).

local contracts <const> = require "contract.read"
local document <const> = require "host.document"
local files <const> = require "host.files"
local normals <const> = require "contract.document"
local semver <const> = require "floe.semver"

local M = {}

---@class floe.contract.source
---@field path string as it is shown
---@field root any its document
---@field normal floe.contract.normal
---@field contract any the record, with the problems of its form; made when it is asked for
---@field notes table[] what is odd but not wrong
---@field problem_count integer how many problems its form has

-- What is made of a document when it is asked for: comparing a thousand contracts needs neither facts nor checks.
local PARTS <const> = {
  normal = function(self)
    self.normal = normals.normal(self.root, rawget(self, "plain"))
    self.plain = nil -- it became the normal form
  end,
  problem_count = function(self)
    self.plain = document.plain(self.root, true)
    self.problem_count = contracts.count_problems(self.root, self.plain)
  end,
  contract = function(self)
    self.contract, self.notes = contracts.from(self.root, self.path)
  end,
}
PARTS.notes = PARTS.contract

local source <const> = {}

function source.__index(self, key)
  if PARTS[key] then
    PARTS[key](self)
    return rawget(self, key)
  end
  return nil
end

-- A source from what reading gave.
local function source_of(path, root, err)
  if document.kind(root) == "object" then
    return setmetatable({ path = path, root = root }, source)
  elseif root == nil and err then
    return nil, err
  end
  return nil, { code = "invalid", file = path, line = 1,
    message = ("a data contract is an object, this file holds %s"):format(root == nil and "nothing"
      or require("manifest.shape").describe(root)) }
end

local function format_of(name)
  return { format = name:lower():find("%.json$") and "json" or "yaml", dialect = "core" }
end

--- Reads a contract's file.
---@param path string
---@return floe.contract.source? nil where it cannot be read as a contract at all
---@return table? error
function M.read(path)
  if files.is_dir(path) then
    return nil, { code = "invalid", message = ("'%s' is a folder, not a contract"):format(path) }
  end
  return source_of(path, document.read(path, format_of(path)))
end

--- A contract from a text.
---@param text string
---@param name string what its places are called
---@return floe.contract.source?
---@return table? error
function M.parse(text, name)
  return source_of(name, document.parse(text, name, format_of(name)))
end

local function is_contract_name(name)
  return name:find("%.ya?ml$") or name:find("%.json$")
end

local function read_all(paths)
  local out <const>, problems <const> = {}, {}
  for _, path in ipairs(paths) do
    local found <const>, err <const> = M.read(path)
    out[#out + 1] = found
    problems[#problems + 1] = err
  end
  return out, problems
end

-- The contracts of a folder that is no product's: all files in it (not below) that say `kind: DataContract`. A file
-- that cannot be read is told where it looks like one.
local function in_plain_folder(folder)
  local out <const>, problems <const> = {}, {}
  for _, name in ipairs(files.list(folder) or {}) do
    local path <const> = files.normalize(files.join(folder, name))
    if is_contract_name(name) and files.is_file(path) then
      local found <const>, err <const> = M.read(path)
      if found and found.root.kind == "DataContract" then
        out[#out + 1] = found
      elseif err and (files.read(path) or ""):find("DataContract", 1, true) then
        problems[#problems + 1] = err
      end
    end
  end
  return out, problems
end

--- The contracts of a folder: of a product those that belong to it, of any other folder those that lie in it.
---@param folder string
---@return floe.contract.source[]
---@return table[] problems files that cannot be read
function M.folder(folder)
  local products <const> = require "phase.product"
  for _, name in ipairs { "floe.yaml", "floe.yml" } do
    local path <const> = files.join(folder, name)
    if files.is_file(path) then
      local spec <const> = document.read(path, { format = "yaml" })
      return read_all(products.contract_paths(folder, document.kind(spec) == "object" and spec or nil))
    end
  end
  local found <const>, problems <const> = in_plain_folder(folder)
  if #found > 0 or #problems > 0 then
    return found, problems
  end
  return read_all(products.contract_paths(folder))
end

-- Of the versions of a contract the one that a new version follows: itself where it is there already, else the
-- greatest before it, else the greatest of all.
local function predecessor(list, version)
  local lower, greatest
  for _, one in ipairs(list) do
    local order <const> = semver.compare(tostring(one.root.version), tostring(version))
    if order == 0 then
      return one
    end
    local function is_later(other)
      return not other or (semver.compare(tostring(other.root.version), tostring(one.root.version)) or 1) < 0
    end
    if order == -1 and is_later(lower) then
      lower = one
    end
    if is_later(greatest) then
      greatest = one
    end
  end
  return lower or greatest
end

-- The contracts of a folder by their ids; each folder is read once.
local function versions_in(folder, known)
  if not known[folder] then
    local by_id <const> = {}
    local list <const>, problems <const> = M.folder(folder)
    for _, one in ipairs(list) do
      local id <const> = tostring(one.root.id or one.root.name)
      by_id[id] = by_id[id] or {}
      table.insert(by_id[id], one)
    end
    known[folder] = { by_id = by_id, problem = problems[1] }
  end
  return known[folder]
end

local function in_folder(folder, contract, known)
  local versions <const> = versions_in(folder, known)
  if versions.problem then
    return nil, versions.problem
  end
  local found <const>, own <const> = {}, files.absolute(contract.path)
  for _, other in ipairs(versions.by_id[tostring(contract.root.id or contract.root.name)] or {}) do
    if files.absolute(other.path) ~= own then
      found[#found + 1] = other
    end
  end
  return predecessor(found, contract.root.version)
end

--- The nearest folder at or above a file that holds a product; nil where there is none.
---@param path string
---@return string?
function M.product_of(path)
  local folder = files.dirname(files.absolute(path))
  while true do
    for _, name in ipairs { "floe.yaml", "floe.yml" } do
      if files.is_file(files.join(folder, name)) then
        return files.relative(folder, files.cwd())
      end
    end
    local above <const> = files.dirname(folder)
    if above == folder then
      return nil
    end
    folder = above
  end
end

local function in_catalog(contract, known)
  local folder <const> = M.product_of(contract.path)
  if not folder then
    return nil, { code = "invalid",
      message = ("'%s' belongs to no product, and so to no catalog"):format(contract.path),
      hint = "the product's floe.yaml names its platform, and that the catalog" }
  end
  local key <const> = "catalog " .. folder
  if not known[key] then
    local versions <const>, err <const> = require("contract.registered").versions(folder)
    if not versions then
      return nil, err
    end
    known[key] = versions
  end
  local found <const> = {}
  for index, one in ipairs(known[key][tostring(contract.root.name or contract.root.id)] or {}) do
    found[index] = source_of(one.name, one.root)
  end
  return predecessor(found, contract.root.version)
end

--- What a contract was earlier.
---@param contract floe.contract.source
---@param against string a file, a folder of earlier versions, `git:REVISION`, or `catalog`
---@param known table what was read before, for the next call
---@return floe.contract.source? nil: it was not there
---@return table? error
function M.previous(contract, against, known)
  local revision <const> = against:match("^git:(.*)$")
  if revision then
    local text <const>, err <const> = require("contract.revision").read(revision, contract.path)
    if not text then
      return nil, err
    end
    return M.parse(text, ("%s:%s"):format(revision, contract.path))
  elseif against == "catalog" then
    return in_catalog(contract, known)
  elseif files.is_dir(against) then
    return in_folder(against, contract, known)
  end
  return M.read(against)
end

return M
