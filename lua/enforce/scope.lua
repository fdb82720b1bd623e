-- Scopes: which subjects an entry of governance.policies is about.

local document <const> = require "host.document"
local text <const> = require "floe.text"

local M = {}

---@class floe.scope.traits
---@field layer string?
---@field tags string[]
---@field path string?
---@field domain string?
---@field environment string?

local fields_by_type

-- A fact's field, nil where its type has no such field: typed facts raise on those.
local function read(fact, field)
  if not fields_by_type then
    fields_by_type = {}
    for _, kind in ipairs(document.types()) do
      fields_by_type[kind.name] = {}
      for _, declared in ipairs(kind.fields) do
        fields_by_type[kind.name][declared.name] = true
      end
    end
  end
  local fields <const> = fields_by_type[document.type(fact)]
  if fields and not fields[field] then
    return nil
  end
  return fact[field]
end

M.read = read

local function add_all(list, items)
  for _, item in ipairs(items or {}) do
    list[#list + 1] = item
  end
end

--- What scopes look at: the subject's own values and those of the node it belongs to (a column's model, the
--- model a test is attached to or a port serves).
---@param subject any
---@param product any the product's record
---@return floe.scope.traits
function M.traits(subject, product)
  local traits <const> = { tags = {}, domain = product.domain, environment = product.environment }
  for _, fact in ipairs { subject, read(subject, "node") or read(subject, "model") } do
    traits.layer = traits.layer or read(fact, "layer")
    traits.path = traits.path or read(fact, "file")
    add_all(traits.tags, read(fact, "tags"))
  end
  if not traits.path and document.type(subject) == "file" then
    traits.path = subject.unique_id
  end
  return traits
end

local function list_of(value)
  return type(value) == "table" and value or { value }
end

local function any_equal(wanted, values)
  for _, one in ipairs(list_of(wanted)) do
    for _, value in ipairs(values) do
      if one == value then
        return true
      end
    end
  end
  return false
end

--- True where a subject with these traits is in the scope; a nil scope holds everything.
---@param where table<string, string|string[]>?
---@param traits floe.scope.traits
---@return boolean
function M.holds(where, traits)
  if not where then
    return true
  end
  for key, wanted in pairs(where) do
    if key == "path" then
      if not traits.path or not text.glob_any(list_of(wanted), traits.path) then
        return false
      end
    elseif key == "tag" then
      if not any_equal(wanted, traits.tags) then
        return false
      end
    elseif not any_equal(wanted, { traits[key] }) then
      return false
    end
  end
  return true
end

return M
