-- Members of the JSON documents that commands print, as shapes: every one is always there, null where it has no value.

local M = {}

--- A text.
---@param name string
---@param doc string
---@return table shape of a field
function M.text(name, doc)
  return { name, type = "string", required = true, doc = doc }
end

--- A number of things.
---@param name string
---@param doc string
---@return table
function M.count(name, doc)
  return { name, type = "integer", minimum = 0, required = true, doc = doc }
end

---@param name string
---@param doc string
---@return table
function M.truth(name, doc)
  return { name, type = "boolean", required = true, doc = doc }
end

--- A list.
---@param name string
---@param items table shape of what it holds
---@param doc string
---@return table
function M.list(name, items, doc)
  return { name, type = "list", items = items, required = true, doc = doc }
end

--- What may be null.
---@param name string
---@param base table shape of what it is otherwise
---@param doc string
---@return table
function M.or_null(name, base, doc)
  return { name, either = { base, { type = "null" } }, required = true, doc = doc }
end

---@param name string
---@param doc string
---@return table
function M.text_or_null(name, doc)
  return M.or_null(name, { type = "string" }, doc)
end

return M
