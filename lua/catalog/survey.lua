-- What a catalog holds: its namespaces, whose they are, and the tables in them.

local identity <const> = require "catalog.identity"

local M = {}

-- Deeper than any catalog's names are.
local DEEPEST <const> = 16

-- Below a product's namespace: the versions of its contracts, and the mark of who is adopting it.
local OWN <const> = { contracts = true, floe_claim = true }

---@class floe.catalog.namespace
---@field name string[]
---@field id string its parts joined by dots
---@field properties table<string, string>|false false where it is only the beginning of other names
---@field holder table? whose it is: catalog.identity.holder
---@field product string? the id of the product whose namespace it is, or lies in

local function walk(handle, list, parent, product)
  if #parent >= DEEPEST then
    return true
  end
  local names <const>, err <const> = handle:list(parent)
  if not names then
    return nil, err
  end
  for _, name in ipairs(names) do
    if not (product and #parent > 0 and product == table.concat(parent, ".") and OWN[name[#name]]) then
      local properties <const>, failure <const> = handle:load(name)
      if properties == nil then
        return nil, failure
      end
      local id <const> = table.concat(name, ".")
      local holder <const> = properties and identity.holder(properties) or nil
      list[#list + 1] = {
        name = name, id = id, properties = properties, holder = holder, product = holder and id or product,
      }
      local ok <const>, wrong <const> = walk(handle, list, name, holder and id or product)
      if not ok then
        return nil, wrong
      end
    end
  end
  return true
end

--- All namespaces, parents before what lies in them.
---@param handle any
---@param below string[]? only those below this one
---@param product string? the product whose namespace that is
---@return floe.catalog.namespace[]?
---@return table? err
function M.namespaces(handle, below, product)
  local list <const> = {}
  local ok <const>, err <const> = walk(handle, list, below or {}, product)
  if not ok then
    return nil, err
  end
  return list
end

--- The tables of some namespaces, with their state as far as the catalog tells it.
---@param handle any
---@param namespaces floe.catalog.namespace[]
---@return table[]? tables { namespace = floe.catalog.namespace, name, location, metadata?, problem?, missing }
---@return table? err
function M.tables(handle, namespaces)
  local list <const> = {}
  for _, namespace in ipairs(namespaces) do
    local names <const>, err <const> = handle:tables(namespace.name)
    if not names then
      return nil, err
    end
    for _, name in ipairs(names) do
      local loaded <const>, failure <const> = handle:table(namespace.name, name)
      if loaded == nil then
        return nil, failure
      elseif loaded then
        list[#list + 1] = {
          namespace = namespace, name = name, location = loaded.metadata_location, metadata = loaded.metadata,
          problem = loaded.problem, missing = loaded.missing,
        }
      end
    end
  end
  return list
end

return M
