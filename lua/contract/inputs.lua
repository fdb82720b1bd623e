-- The contracts of what a product reads: those that its input ports and dbt sources name, as far as files or the
-- catalog know them. An input port names one as `source.ref`, a source as `meta.contract`: a contract's file, the
-- folder of a product, or `domain.product/contract` as the catalog has it.

local document <const> = require "host.document"
local files <const> = require "host.files"
local lifecycle <const> = require "contract.lifecycle"

local M = {}

---@class floe.contract.input
---@field name string the port's or source's
---@field at any its fact or view
---@field reference string as written
---@field contract string id of the contract, or its name where it has none
---@field version string?
---@field lifecycle floe.contract.lifecycle
---@field existing boolean the product read by it when it was compiled last

local function text_of(value)
  return type(value) == "string" and value ~= "" and value or nil
end

local function entry_of(input, name, version, life)
  return {
    name = input.name, at = input.at, reference = input.reference, contract = name, version = version, lifecycle = life,
  }
end

-- ---- files ------------------------------------------------------------------------------------------------

-- A file is one contract, a folder has those of its product; with what cannot be read of them.
local function sources_at(path)
  local sources <const> = require "contract.sources"
  if files.is_dir(path) then
    return sources.folder(path)
  elseif not files.is_file(path) then
    return {}, {}
  end
  local source <const>, err <const> = sources.read(path)
  return { source }, { err }
end

local function note(loading, input, message, hint)
  local file <const>, line <const>, column <const> = document.place(input.at)
  loading.notes[#loading.notes + 1] = {
    kind = "contract", step = "contracts", message = message, hint = hint, file = file, line = line, column = column,
  }
end

-- Adds the contracts that files hold; whether there are any, be they readable or not.
local function add_files(loading, out, input, path)
  local found <const>, unread <const> = sources_at(path)
  for _, err in ipairs(unread) do
    note(loading, input, ("'%s' names the contract '%s', which cannot be read: %s"):format(input.name, input.reference,
      err.message), "`floe contract validate` says what is wrong with it")
  end
  for _, source in ipairs(found) do
    local contract <const> = source.contract
    table.insert(loading.contract_files, source.path)
    out[#out + 1] = entry_of(input, contract.id or contract.name or source.path, contract.version,
      lifecycle.of(contract.spec))
  end
  return #found + #unread > 0
end

-- ---- the catalog ------------------------------------------------------------------------------------------

-- "sales.orders/customers:1.0.0" → { "sales", "orders" }, "customers", "1.0.0"
local function parse(reference)
  local product <const>, rest <const> = reference:match("^([%w_.-]+)/([^/]+)$")
  if not product then
    return nil
  end
  local parts <const> = {}
  for part in product:gmatch("[^.]+") do
    parts[#parts + 1] = (part:gsub("-", "_"))
  end
  local name <const>, version <const> = rest:match("^([^:]+):?(.*)$")
  return #parts > 1 and parts or nil, name, version ~= "" and version or nil
end

-- The life of a registered version: its document's, and the status that it has by now.
local function registered_life(entry)
  local root <const> = entry.document and document.build(entry.document)
  local life <const> = root and lifecycle.of(root) or {}
  life.status = entry.status and entry.status:lower() or life.status
  return life
end

local Catalog <const> = {}
Catalog.__index = Catalog

-- The registered contracts of a product; they are asked for once.
function Catalog:contracts_of(namespace)
  local key <const> = table.concat(namespace, ".")
  local known = self.known[key]
  if not known then
    local list <const>, err <const> = require("catalog.contracts").registered(self.handle, namespace)
    known = { list = list or {}, err = not list and err.code ~= "not_found" and err or nil }
    self.known[key] = known
  end
  return known.list, known.err
end

-- Adds the registered contract that a reference means: of several versions the latest, unless it names one.
function Catalog:add(out, input)
  local namespace <const>, name <const>, version <const> = parse(input.reference)
  if not namespace then
    return nil
  end
  local list <const>, err <const> = self:contracts_of(namespace)
  local found
  for _, entry in ipairs(list) do
    local named <const> = entry.name == name
      or require("catalog.contracts").called(namespace, entry.name) == name
    if named and (not version or entry.version == version) then
      found = entry
    end
  end
  if found then
    local id <const> = found.document and text_of(found.document.id)
    out[#out + 1] = entry_of(input, id or found.name, found.version, registered_life(found))
  end
  return err
end

-- ---- what a product reads ---------------------------------------------------------------------------------

local function meta_reference(meta)
  local floe <const> = meta.floe
  return text_of(meta.contract) or document.kind(floe) == "object" and text_of(floe.contract) or nil
end

-- Everything that names a contract: { name, at, reference }.
local function named(spec, project)
  local out <const> = {}
  for _, port in ipairs(spec.input_ports or spec.inputPorts or {}) do
    local source <const> = document.kind(port.source) == "object" and port.source
    local reference <const> = source and source.type ~= "ingestion" and text_of(source.ref)
    out[#out + 1] = reference and { name = port.name, at = port, reference = reference } or nil
  end
  for _, source in ipairs(project ~= nil and project.sources or {}) do
    local reference <const> = source.own and (meta_reference(source.meta) or meta_reference(source.source_meta))
    if reference then
      out[#out + 1] = { name = ("%s.%s"):format(source.source_name, source.name), at = source, reference = reference }
    end
  end
  return out
end

-- A reference that leads to no contract: what is wrong with it nobody else would say.
local function note_unknown(loading, input, err)
  note(loading, input, err and ("the catalog does not say by which contract '%s' reads: %s"):format(input.name,
    err.message)
    or ("'%s' names the contract '%s', which %s"):format(input.name, input.reference,
      parse(input.reference) and "neither a file nor the catalog has" or "is no file, and no folder with contracts"),
    "write a contract's file, a product's folder, or `domain.product/contract` as the catalog has it")
end

-- Adds what the last compile knew of the contract that a reference names.
local function add_compiled(out, input, compiled)
  for _, entry in ipairs(compiled or {}) do
    if entry.reference == input.reference and entry.name == input.name then
      out[#out + 1] = entry_of(input, entry.contract, entry.version, { status = text_of(entry.status) })
    end
  end
end

-- The catalog of a product, where it is asked in this phase.
local function open_catalog(loading)
  local registration <const> = loading.registration
  local handle <const> = registration and registration.handle or loading.open_catalog and loading.open_catalog()
  return handle and setmetatable({ handle = handle, known = {} }, Catalog) or nil
end

--- The contracts of what a product reads.
---@param loading floe.loading
---@param project any?
---@return floe.contract.input[]
function M.of(loading, project)
  local out <const> = {}
  loading.contract_files = loading.contract_files or {}
  local catalog -- false: it cannot be asked
  for _, input in ipairs(named(loading.spec, project)) do
    local before <const> = #out
    local in_files <const> = add_files(loading, out, input, files.normalize(files.join(loading.root, input.reference)))
    local err
    if not in_files and catalog == nil and parse(input.reference) then
      catalog = open_catalog(loading) or false
    end
    if not in_files and catalog then
      err = catalog:add(out, input)
    end
    if not in_files and #out == before then
      add_compiled(out, input, loading.compiled_inputs)
    end
    if not in_files and #out == before and (catalog or not parse(input.reference)) then
      note_unknown(loading, input, err)
    end
  end
  require("contract.consumer").mark(loading, out)
  return out
end

return M
