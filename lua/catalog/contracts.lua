-- The versions of a product's contracts in the catalog. Each version is a namespace of its own below the product's,
-- which only one writer can create: so a version is registered once, with one hash, and nobody writes over it.
-- `floe.contracts` on the product's namespace is a summary for readers, made anew from those namespaces.

local digest <const> = require "host.digest"
local document <const> = require "host.document"
local json <const> = require "host.json"
local semver <const> = require "floe.semver"
local system <const> = require "host.system"

local M = {}

M.SUMMARY = "floe.contracts"

local FOLDER <const> = "contracts"

-- Rounds in which the summary is compared with what is there; each writer ends with one that found no difference.
local ROUNDS <const> = 8

---@class floe.catalog.contract
---@field name string
---@field version string
---@field hash string "sha256:…"
---@field status string?
---@field document table? its normal form: kept in the catalog, where that can hold it
---@field owner string?

-- A name that is a part of a namespace in every catalog. Where characters were replaced a digest keeps names apart.
local function part_of(name)
  local plain <const> = name:gsub("[^%w_-]", "-")
  return plain == name and plain or ("%s-%s"):format(plain, digest.sha256(name):sub(1, 8))
end

--- The namespace of one version: "sales.my_product.contracts.customers_1_0_0".
---@param namespace string[] of the product
---@param contract floe.catalog.contract
---@return string[]
function M.place(namespace, contract)
  local parts <const> = table.move(namespace, 1, #namespace, 1, {})
  parts[#parts + 1] = FOLDER
  parts[#parts + 1] = ("%s_%s"):format(part_of(contract.name), part_of((contract.version:gsub("%.", "_"))))
  return parts
end

local function folder_of(namespace)
  local parts <const> = table.move(namespace, 1, #namespace, 1, {})
  parts[#parts + 1] = FOLDER
  return parts
end

--- What a contract is called below its product: of "my-product-customers" in sales.my_product "customers".
---@param namespace string[] of the product
---@param name string the contract's own
---@return string
function M.called(namespace, name)
  local product <const> = namespace[#namespace]
  local begins <const> = name:sub(1, #product + 1):gsub("-", "_")
  local rest <const> = name:sub(#product + 2)
  return begins == product .. "_" and rest ~= "" and rest or name
end

--- A version as people name it: "sales.my_product/customers:1.0.0".
---@param namespace string[] of the product
---@param contract { name: string, version: string }
---@return string
function M.title(namespace, contract)
  return ("%s/%s:%s"):format(table.concat(namespace, "."), M.called(namespace, contract.name), contract.version)
end

-- Whether a namespace's properties are those of this version, whatever its contents.
local function is_of(found, contract)
  return found["floe.contract.name"] == contract.name and found["floe.contract.version"] == contract.version
end

local function conflict_of(namespace, contract, found)
  local registered <const> = found["floe.contract.schema_hash"]
  if not registered or not is_of(found, contract) then
    local place <const> = table.concat(M.place(namespace, contract), ".")
    return {
      code = "conflict",
      kind = "contract_conflict",
      message = ("the namespace '%s' holds something else than the contract %s"):format(place,
        M.title(namespace, contract)),
      hint = "look at it with `floe catalog show`",
    }
  end
  return {
    code = "conflict",
    kind = "contract_conflict",
    message = ("the contract %s is registered with other contents: %s in the catalog, %s here"):format(
      M.title(namespace, contract), registered, contract.hash),
    registered_hash = registered,
    hash = contract.hash,
    hint = "a version that was published does not change: raise `version` in the contract",
  }
end

-- What a contract is to the catalog: an item of a plan.
local function look(handle, namespace, contract)
  local found <const>, err <const> = handle:load(M.place(namespace, contract))
  if found == nil then
    return nil, err
  end
  local item <const> = { contract = contract, name = contract.name, version = contract.version, state = "new" }
  if not found then
    return item
  end
  item.registered_hash = found["floe.contract.schema_hash"]
  item.registered_at = found["floe.contract.registered_at"]
  if item.registered_hash == contract.hash and is_of(found, contract) then
    item.state = "registered"
    if contract.status and found["floe.contract.status"] ~= contract.status then
      item.status = contract.status
    end
  else
    item.state, item.conflict = "conflict", conflict_of(namespace, contract, found)
  end
  return item
end

--- Asks the catalog which versions it has. Changes nothing.
---@param handle any
---@param namespace string[] the product's
---@param contracts floe.catalog.contract[]
---@return table? plan { namespace, items = { { name, version, state = "new"|"registered"|"conflict", conflict?,
---  registered_hash?, registered_at? } … }, conflicts = { … } }
---@return table? err
function M.plan(handle, namespace, contracts)
  local plan <const> = { namespace = namespace, items = {}, conflicts = {} }
  for i, contract in ipairs(contracts) do
    local item <const>, err <const> = look(handle, namespace, contract)
    if not item then
      return nil, err
    end
    plan.items[i] = item
    plan.conflicts[#plan.conflicts + 1] = item.conflict
  end
  return plan
end

-- The document as a property's value; nil where the catalog cannot hold one so long.
local function document_text(handle, contract)
  if not contract.document then
    return nil
  end
  local text <const> = json.encode(contract.document)
  local limit <const> = handle:describe().property_limit
  return (not limit or #text <= limit) and text or nil
end

local function properties_of(handle, namespace, contract, moment)
  return {
    ["floe.contract.id"] = M.title(namespace, contract),
    ["floe.contract.name"] = contract.name,
    ["floe.contract.version"] = contract.version,
    ["floe.contract.schema_hash"] = contract.hash,
    ["floe.contract.status"] = contract.status,
    ["floe.contract.owner"] = contract.owner,
    ["floe.contract.registered_at"] = moment,
    ["floe.contract.document"] = document_text(handle, contract),
  }
end

-- Registers one version. Whoever comes second with the same hash finds it registered; with another, a conflict.
local function register(handle, namespace, contract, moment)
  local outcome <const>, err <const> = handle:create(M.place(namespace, contract),
    properties_of(handle, namespace, contract, moment))
  if not outcome then
    return nil, err
  elseif outcome == "created" then
    return "registered"
  end
  local item <const>, failure <const> = look(handle, namespace, contract)
  if not item then
    return nil, failure
  elseif item.conflict then
    return nil, item.conflict
  end
  return "already_registered"
end

-- A registered version's contents never change; its status does (active, deprecated, …).
local function settle(handle, namespace, item, moment)
  if item.state == "conflict" then
    return nil, item.conflict
  elseif item.state == "new" then
    return register(handle, namespace, item.contract, moment)
  elseif item.status then
    local ok <const>, err <const> = handle:update(M.place(namespace, item.contract),
      { ["floe.contract.status"] = item.status })
    if not ok then
      return nil, err
    end
    return "updated"
  end
  return "unchanged"
end

-- By name, then by version; what is no version comes last, by its text.
local function is_before(a, b)
  if a.name ~= b.name then
    return a.name < b.name
  end
  local first <const>, second <const> = semver.parse(a.version) ~= nil, semver.parse(b.version) ~= nil
  if first ~= second then
    return first
  end
  local order <const> = first and semver.compare(a.version, b.version) or 0
  return order < 0 or order == 0 and a.version < b.version
end

-- The versions below a product, by what their namespaces say: { name, version, properties } in their order.
local function read_all(handle, namespace)
  local names <const>, err <const> = handle:list(folder_of(namespace))
  if not names then
    return nil, err
  end
  local found <const> = {}
  for _, name in ipairs(names) do
    local properties <const>, failure <const> = handle:load(name)
    if properties == nil then
      return nil, failure
    elseif properties and properties["floe.contract.name"] and properties["floe.contract.version"] then
      found[#found + 1] = {
        name = properties["floe.contract.name"], version = properties["floe.contract.version"], properties = properties,
      }
    end
  end
  table.sort(found, is_before)
  return found
end

local function summary_of(namespace, found)
  local list <const> = {}
  for i, contract in ipairs(found) do
    list[i] = ("%s:%s"):format(M.called(namespace, contract.name), contract.version)
  end
  return json.encode(json.array(list))
end

--- Whether `floe.contracts` says something else than the namespaces below.
---@param handle any
---@param namespace string[]
---@return { found: string?, expected: string }|false|nil difference false where there is none; nil for a failure
---@return table? err
function M.differing(handle, namespace)
  local found <const>, err <const> = read_all(handle, namespace)
  if not found then
    return nil, err
  end
  local properties <const>, failure <const> = handle:load(namespace)
  if not properties then
    local gone <const> = ("the namespace '%s' is gone"):format(table.concat(namespace, "."))
    return nil, failure or { code = "not_found", message = gone }
  end
  local expected <const> = summary_of(namespace, found)
  return properties[M.SUMMARY] ~= expected and { found = properties[M.SUMMARY], expected = expected }
end

--- Makes `floe.contracts` what the namespaces below say. Others may register versions meanwhile: who writes looks once
--- more afterwards, so the last of them leaves the whole list.
---@param handle any
---@param namespace string[]
---@return boolean? changed
---@return table? err
function M.summarize(handle, namespace)
  local changed = false
  for _ = 1, ROUNDS do
    local difference <const>, err <const> = M.differing(handle, namespace)
    if difference == nil then
      return nil, err
    elseif not difference then
      return changed
    end
    local ok <const>, wrong <const> = handle:update(namespace, { [M.SUMMARY] = difference.expected })
    if not ok then
      return nil, wrong
    end
    changed = true
  end
  return changed
end

--- Registers the versions of a plan that are new. May be done again after any failure. The product's namespace must
--- be its own (identity.commit came before).
---@param handle any
---@param plan table
---@param moment string? "YYYY-MM-DDThh:mm:ssZ" of the registration; now where absent
---@return table? done { { name, version, outcome = "registered"|"already_registered"|"updated"|"unchanged" } … }
---@return table? err the catalog's, or a conflict with both hashes
function M.commit(handle, plan, moment)
  local done <const> = {}
  moment = moment or system.timestamp()
  for i, item in ipairs(plan.items) do
    local outcome <const>, err <const> = settle(handle, plan.namespace, item, moment)
    if not outcome then
      return nil, err
    end
    done[i] = { name = item.name, version = item.version, outcome = outcome }
  end
  if #plan.items > 0 then
    local ok <const>, err <const> = M.summarize(handle, plan.namespace)
    if ok == nil then
      return nil, err
    end
  end
  return done
end

-- The document that a version was registered with, where the catalog holds it and it is what its hash says.
local function document_of(properties)
  local text <const> = properties["floe.contract.document"]
  local root <const> = text and document.parse(text, "catalog", { format = "json" })
  local plain <const> = root and document.kind(root) == "object" and document.plain(root) or nil
  if plain and require("contract.hash").of(plain) == properties["floe.contract.schema_hash"] then
    return plain
  end
end

--- The registered versions of a product's contracts, oldest first.
---@param handle any
---@param namespace string[]
---@return table[]? contracts { name, version, hash, status, owner, registered_at, document? }
---@return table? err
function M.registered(handle, namespace)
  local found <const>, err <const> = read_all(handle, namespace)
  if not found then
    return nil, err
  end
  for i, contract in ipairs(found) do
    local properties <const> = contract.properties
    found[i] = {
      name = contract.name,
      version = contract.version,
      hash = properties["floe.contract.schema_hash"],
      status = properties["floe.contract.status"],
      owner = properties["floe.contract.owner"],
      registered_at = properties["floe.contract.registered_at"],
      document = document_of(properties),
    }
  end
  return found
end

return M
