-- Where contracts come from for the commands: files, folders, and what a contract was earlier (another file, a folder
-- of earlier versions, a revision of its repository).

local contracts <const> = require "contract.read"
local document <const> = require "host.document"
local files <const> = require "host.files"
local normals <const> = require "contract.document"
local semver <const> = require "floe.semver"

local M = {}

---@class floe.contract.source
---@field path string as it is shown
---@field contract any the record
---@field normal floe.contract.normal
---@field notes table[]

local function source_of(path, contract, notes)
  return { path = path, contract = contract, normal = normals.normal(contract), notes = notes }
end

--- Reads a contract's file.
---@param path string
---@return floe.contract.source? nil where it cannot be read as a contract at all
---@return table? error
function M.read(path)
  if files.is_dir(path) then
    return nil, { code = "invalid", message = ("'%s' is a folder, not a contract"):format(path) }
  end
  local read <const>, err <const> = contracts.read(path, {})
  if not read then
    return nil, err
  elseif read.broken then
    return nil, read.broken
  end
  return source_of(path, read.contract, read.notes)
end

--- A contract from a text.
---@param text string
---@param name string what its places are called
---@return floe.contract.source?
---@return table? error
function M.parse(text, name)
  local root <const>, err <const> = document.parse(text, name, {
    format = name:lower():find("%.json$") and "json" or "yaml", dialect = "core",
  })
  if root == nil then
    return nil, err
  elseif document.kind(root) ~= "object" then
    return nil, { message = "a data contract is an object", file = name, line = 1 }
  end
  local contract <const>, notes <const> = contracts.from(root, name)
  return source_of(name, contract, notes)
end

local function is_contract_name(name)
  return name:find("%.ya?ml$") or name:find("%.json$")
end

--- The contract files of a folder: of a product those that belong to it, of any other folder all files in it (not
--- below) that say `kind: DataContract`.
---@param folder string
---@return string[]
function M.find(folder)
  local products <const> = require "phase.product"
  for _, name in ipairs { "floe.yaml", "floe.yml" } do
    local path <const> = files.join(folder, name)
    if files.is_file(path) then
      local spec <const> = document.read(path, { format = "yaml" })
      return products.contract_paths(folder, document.kind(spec) == "object" and spec or nil)
    end
  end
  local out <const> = {}
  for _, name in ipairs(files.list(folder) or {}) do
    local path <const> = files.normalize(files.join(folder, name))
    if is_contract_name(name) and files.is_file(path) then
      local root <const> = document.read(path, {})
      if document.kind(root) == "object" and root.kind == "DataContract" then
        out[#out + 1] = path
      end
    end
  end
  return #out > 0 and out or products.contract_paths(folder)
end

local function same_contract(a, b)
  return a.id ~= nil and a.id == b.id
end

-- Of the versions of a contract the one that a new version follows: itself where it is there already, else the
-- greatest before it, else the greatest of all.
local function predecessor(list, version)
  local lower, greatest
  for _, one in ipairs(list) do
    local order <const> = semver.compare(tostring(one.normal.version), tostring(version))
    if order == 0 then
      return one
    end
    local function is_later(other)
      return not other or (semver.compare(tostring(other.normal.version), tostring(one.normal.version)) or 1) < 0
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

local function in_folder(folder, source)
  local found <const>, own <const> = {}, files.absolute(source.path)
  for _, path in ipairs(M.find(folder)) do
    if files.absolute(path) ~= own then
      local other <const>, err <const> = M.read(path)
      if not other then
        return nil, err
      elseif same_contract(other.normal, source.normal) then
        found[#found + 1] = other
      end
    end
  end
  return predecessor(found, source.normal.version)
end

--- What a contract was earlier.
---@param source floe.contract.source
---@param against string a file, a folder of earlier versions, or `git:REVISION`
---@return floe.contract.source? nil: it was not there
---@return table? error
function M.previous(source, against)
  local revision <const> = against:match("^git:(.*)$")
  if revision then
    local text <const>, err <const> = require("contract.revision").read(revision, source.path)
    if not text then
      return nil, err
    end
    return M.parse(text, ("%s:%s"):format(revision, source.path))
  elseif files.is_dir(against) then
    return in_folder(against, source)
  end
  return M.read(against)
end

return M
