-- Compares a catalog with the products of a checkout, and says of each difference what would repair it. Only what
-- belongs to these products' repositories is ever repaired; what belongs to others is told.

local contracts <const> = require "catalog.contracts"
local identity <const> = require "catalog.identity"
local set <const> = require "floe.set"
local survey <const> = require "catalog.survey"

local M = {}

---@alias floe.catalog.difference_kind "unregistered"|"identity"|"unowned"|"metadata"|"contracts"|"orphan"|"table"

---@class floe.catalog.difference
---@field kind floe.catalog.difference_kind
---@field id string of the namespace
---@field table string?
---@field message string
---@field action "register"|"adopt"|"update"|"drop"|nil what would repair it
---@field apply (fun(): boolean?, table?)? does that; nil where nothing can
---@field hint string?

local function add(report, difference)
  report.differences[#report.differences + 1] = difference
end

local function apply_commit(handle, plan)
  return function()
    local done <const>, err <const> = identity.commit(handle, plan)
    return done and true, err
  end
end

local function say_updates(plan, found)
  local parts <const> = {}
  for i, key in ipairs(set.list(plan.updates)) do
    parts[i] = ("%s is %s, the product says %s"):format(key, found[key] and "'" .. found[key] .. "'" or "not there",
      "'" .. plan.updates[key] .. "'")
  end
  return table.concat(parts, "; ")
end

local function compare_present(report, handle, plan, namespace)
  if plan.state == "conflict" and not plan.holder then
    add(report, {
      kind = "unowned", id = plan.id, message = "the namespace exists, and no product owns it",
      action = plan.repository and "adopt" or nil,
      apply = plan.repository and function()
        local done <const>, err <const> = identity.adopt(handle, plan)
        return done and true, err
      end or nil,
    })
  elseif plan.state == "conflict" then
    add(report, {
      kind = "identity", id = plan.id, hint = plan.conflict.resolution,
      message = ("owned by %s, not by %s"):format(plan.holder.repository, plan.repository or "this product"),
    })
  elseif plan.action == "update" then
    add(report, {
      kind = "metadata", id = plan.id, message = say_updates(plan, namespace and namespace.properties or {}),
      action = "update", apply = apply_commit(handle, plan),
    })
  end
end

-- The product that a folder holds against its namespace. The level of the platform does not matter here: what differs
-- is told, and repaired where that is asked for.
local function compare_product(report, handle, product, by_id)
  local asked <const> = setmetatable({ level = "register" }, { __index = product })
  local plan <const>, err <const> = identity.plan(handle, asked)
  if not plan then
    return nil, err
  end
  if plan.state == "available" then
    add(report, {
      kind = "unregistered", id = plan.id, message = "missing in the catalog", action = "register",
      apply = apply_commit(handle, plan),
    })
  elseif plan.state == "unregistered" then
    local conflict <const> = plan.conflict
    add(report, { kind = "unregistered", id = plan.id, message = conflict.message, hint = conflict.resolution })
  else
    compare_present(report, handle, plan, by_id[plan.id])
  end
  return plan.state == "valid" and plan
end

-- The list of contracts on a product's namespace against the versions below it.
local function compare_contracts(report, handle, plan)
  local missing <const>, err <const> = contracts.differing(handle, plan.namespace)
  if missing == nil then
    return nil, err
  elseif missing then
    add(report, {
      kind = "contracts", id = plan.id, action = "update",
      message = ("floe.contracts is %s, the registered versions are %s"):format(missing.found or "not there",
        missing.expected),
      apply = function()
        local ok <const>, failure <const> = contracts.summarize(handle, plan.namespace)
        return ok ~= nil or nil, failure
      end,
    })
  end
  return true
end

-- Drops a namespace and all below it, from the bottom. Nothing goes that a product owns or that holds a table.
local function drop_below(handle, name)
  local names <const>, err <const> = handle:list(name)
  if not names then
    return nil, err
  end
  for _, below in ipairs(names) do
    local found <const>, failure <const> = handle:load(below)
    if found == nil then
      return nil, failure
    elseif found and identity.holder(found) then
      return nil, { code = "conflict", message = ("'%s' is a product's"):format(table.concat(below, ".")) }
    end
    local ok <const>, wrong <const> = drop_below(handle, below)
    if not ok then
      return nil, wrong
    end
  end
  return handle:drop(name)
end

-- Drops a product's namespace with the versions of its contracts, where it is still this repository's.
local function drop_product(handle, namespace)
  local found <const>, err <const> = handle:load(namespace.name)
  if found == nil then
    return nil, err
  end
  local holder <const> = found and identity.holder(found)
  if not holder or holder.repository ~= namespace.holder.repository then
    return nil, { code = "conflict", message = "the namespace changed hands meanwhile" }
  end
  return drop_below(handle, namespace.name)
end

local function is_below(id, namespace)
  return namespace.id:sub(1, #id + 1) == id .. "."
end

-- What keeps a namespace from being dropped: tables in it or below it, and products below it.
local function contents_of(id, namespaces, tables)
  local count, held = 0, nil
  for _, entry in ipairs(tables) do
    if entry.namespace.id == id or is_below(id, entry.namespace) then
      count = count + 1
    end
  end
  for _, namespace in ipairs(namespaces) do
    held = held or namespace.holder and is_below(id, namespace) and namespace.id or nil
  end
  if count > 0 then
    return count == 1 and "a table" or ("%d tables"):format(count)
  end
  return held and ("the product %s"):format(held)
end

-- Namespaces of these repositories for which there is no product any more.
local function compare_orphans(report, handle, namespaces, tables, scope)
  for _, namespace in ipairs(namespaces) do
    local holder <const> = namespace.holder
    if holder and scope.repositories[holder.repository] and not scope.known[namespace.id] then
      local contents <const> = contents_of(namespace.id, namespaces, tables)
      local message <const> = ("%s holds no such product any more"):format(holder.repository)
      add(report, {
        kind = "orphan", id = namespace.id, action = not contents and "drop" or nil,
        message = contents and ("%s, and the namespace holds %s"):format(message, contents) or message,
        apply = not contents and function()
          return drop_product(handle, namespace)
        end or nil,
      })
    end
  end
end

-- Tables whose state is gone, or cannot be read.
local function compare_tables(report, handle, tables, owned)
  for _, entry in ipairs(tables) do
    local namespace <const> = entry.namespace
    local mine <const> = namespace.product and owned[namespace.product]
    if entry.missing then
      add(report, {
        kind = "table", id = namespace.id, table = entry.name,
        message = ("its metadata file %s does not exist"):format(entry.location), action = mine and "drop" or nil,
        hint = not mine and "it is in no namespace of these products" or nil,
        apply = mine and function()
          return handle:drop_table(namespace.name, entry.name)
        end or nil,
      })
    elseif entry.metadata == nil and entry.location:find("^/") then
      add(report, { kind = "table", id = namespace.id, table = entry.name, message = entry.problem })
    end
  end
end

---@class floe.catalog.scope
---@field products floe.identity.product[] those that are compared
---@field repositories table<string, true> theirs, in the form compared
---@field known table<string, any>? the ids of all products of the checkout; nil where that is not known

---@class floe.catalog.report
---@field namespaces integer looked at
---@field tables integer
---@field products integer
---@field valid integer products that are as the catalog says
---@field differences floe.catalog.difference[]

--- Compares. Changes nothing; each difference's `apply` does.
---@param handle any
---@param scope floe.catalog.scope
---@return floe.catalog.report?
---@return table? err
function M.compare(handle, scope)
  local namespaces <const>, err <const> = survey.namespaces(handle)
  if not namespaces then
    return nil, err
  end
  local tables <const>, failure <const> = survey.tables(handle, namespaces)
  if not tables then
    return nil, failure
  end
  local report <const> = {
    namespaces = #namespaces, tables = #tables, products = #scope.products, valid = 0, differences = {},
  }
  local by_id <const>, owned <const> = {}, {}
  for _, namespace in ipairs(namespaces) do
    by_id[namespace.id] = namespace
  end
  for _, product in ipairs(scope.products) do
    local before <const> = #report.differences
    local plan, wrong = compare_product(report, handle, product, by_id)
    if plan then
      owned[plan.id] = true
      plan, wrong = compare_contracts(report, handle, plan)
    end
    if plan == nil then
      return nil, wrong
    end
    report.valid = report.valid + (#report.differences == before and 1 or 0)
  end
  if scope.known then
    compare_orphans(report, handle, namespaces, tables, scope)
  end
  compare_tables(report, handle, tables, owned)
  return report
end

return M
