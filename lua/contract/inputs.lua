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
---@field contract string id or name of the contract
---@field version string?
---@field lifecycle floe.contract.lifecycle

local function entry_of(input, name, version, life)
  return {
    name = input.name, at = input.at, reference = input.reference, contract = name, version = version, lifecycle = life,
  }
end

-- ---- files ------------------------------------------------------------------------------------------------

local function paths_of(path)
  if files.is_file(path) then
    return { path }
  elseif files.is_file(files.join(path, "floe.yaml")) or files.is_file(files.join(path, "floe.yml")) then
    return require("contract.sources").find(path)
  end
  return {}
end

local function add_files(loading, out, input, path)
  for _, one in ipairs(paths_of(path)) do
    local made <const> = require("contract.read").read(one, {})
    local contract <const> = made and not made.broken and made.contract
    if contract then
      table.insert(loading.contract_files, one)
      out[#out + 1] = entry_of(input, contract.id or contract.name or one, contract.version,
        lifecycle.of(contract.spec))
    end
  end
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

local function add_registered(out, input, handle, reference)
  local namespace <const>, name <const>, version <const> = parse(reference)
  if not namespace then
    return
  end
  local contracts <const> = require "catalog.contracts"
  local found
  for _, entry in ipairs(contracts.registered(handle, namespace) or {}) do
    local named <const> = entry.name == name or contracts.called(namespace, entry.name) == name
    if named and (not version or entry.version == version) then
      found = entry -- the last one is the latest
    end
  end
  if found then
    out[#out + 1] = entry_of(input, found.name, found.version, registered_life(found))
  end
end

-- ---- what a product reads ---------------------------------------------------------------------------------

local function text_of(value)
  return type(value) == "string" and value ~= "" and value or nil
end

local function meta_reference(meta)
  local floe <const> = meta.floe
  return text_of(meta.contract) or document.kind(floe) == "object" and text_of(floe.contract) or nil
end

-- Everything that names a contract: { name, at, reference }.
local function named(spec, project)
  local out <const> = {}
  for _, port in ipairs(spec.input_ports or spec.inputPorts or {}) do
    local reference <const> = document.kind(port.source) == "object" and text_of(port.source.ref)
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

--- The contracts of what a product reads.
---@param loading floe.loading
---@param project any?
---@return floe.contract.input[]
function M.of(loading, project)
  local out <const> = {}
  loading.contract_files = loading.contract_files or {}
  local registration <const> = loading.registration
  for _, input in ipairs(named(loading.spec, project)) do
    local before <const> = #out
    add_files(loading, out, input, files.normalize(files.join(loading.root, input.reference)))
    if #out == before and registration and registration.handle then
      add_registered(out, input, registration.handle, input.reference)
    end
  end
  return out
end

return M
