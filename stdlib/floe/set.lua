-- Sets of strings (or numbers) as plain tables, `{ member = true }`: membership is one look-up.

local M = {}

--- The set of a list's items.
---
--- > set.of({ "a", "b", "a" })  --> { a = true, b = true }
---@param items any[]
---@return table<any, true>
function M.of(items)
  local members <const> = {}
  for index = 1, #items do
    members[items[index]] = true
  end
  return members
end

--- The members as a sorted list.
---
--- > set.list({ b = true, a = true })  --> { "a", "b" }
---@param members table<any, any>
---@return any[]
function M.list(members)
  local items <const> = {}
  for member in pairs(members) do
    items[#items + 1] = member
  end
  table.sort(items)
  return items
end

--- What is in one of both.
---
--- > set.union({ a = true }, { b = true })  --> { a = true, b = true }
---@param a table<any, any>
---@param b table<any, any>
---@return table<any, true>
function M.union(a, b)
  local members <const> = {}
  for member in pairs(a) do
    members[member] = true
  end
  for member in pairs(b) do
    members[member] = true
  end
  return members
end

--- What is in both.
---
--- > set.intersection({ a = true, b = true }, { b = true })  --> { b = true }
---@param a table<any, any>
---@param b table<any, any>
---@return table<any, true>
function M.intersection(a, b)
  local members <const> = {}
  for member in pairs(a) do
    if b[member] then
      members[member] = true
    end
  end
  return members
end

--- What is in `a` and not in `b`.
---
--- > set.difference({ a = true, b = true }, { b = true })  --> { a = true }
---@param a table<any, any>
---@param b table<any, any>
---@return table<any, true>
function M.difference(a, b)
  local members <const> = {}
  for member in pairs(a) do
    if not b[member] then
      members[member] = true
    end
  end
  return members
end

--- Whether all of `a` is in `b`.
---
--- > set.subset({ a = true }, { a = true, b = true })  --> true
--- > set.subset({ c = true }, { a = true, b = true })  --> false
---@param a table<any, any>
---@param b table<any, any>
---@return boolean
function M.subset(a, b)
  for member in pairs(a) do
    if not b[member] then
      return false
    end
  end
  return true
end

--- The items of one list that another does not hold, in their order.
---
--- > set.missing({ "pii", "owner" }, { "owner" })  --> { "pii" }
---@param wanted any[]
---@param present any[]
---@return any[]
function M.missing(wanted, present)
  local members <const> = M.of(present)
  local absent <const> = {}
  for index = 1, #wanted do
    if not members[wanted[index]] then
      absent[#absent + 1] = wanted[index]
    end
  end
  return absent
end

return M
