-- Contracts in one plain form: an ODCS 3.1 document as Lua tables, whichever form it was written in. What compares,
-- merges, hashes and exports contracts knows this form only. Fields that the standard does not know are kept. Where
-- things stood in the file is kept aside: `M.place` finds it again.
--
-- Beyond ODCS 3.1 the form has what a contract of 3.2 says (enum, map, vector, deprecated, …); `apiVersion` is then
-- that of 3.2. A malformed part, which the policy contract.form reports, stands as an empty table, so that its
-- readers need no care.

local document <const> = require "host.document"
local json <const> = require "host.json"
local set <const> = require "floe.set"
local shapes <const> = require "contract.shape"

local M = {}

---@alias floe.contract.normal table an ODCS 3.1 document as plain tables

-- Where a normal form came from: form → { root = view, dialect = "odcs" | "models" | "columns" }.
local origins <const> = setmetatable({}, { __mode = "k" })

--- The dialect of a contract's document: `odcs`, `models` (models and elements) or `columns` (schema and columns).
---@param root any the document, a view
---@return "odcs"|"models"|"columns"
function M.dialect(root)
  if root.models ~= nil then
    return "models"
  end
  local first <const> = document.kind(root.schema) == "array" and root.schema[1] or nil
  if document.kind(first) == "object" and first.columns ~= nil and first.properties == nil then
    return "columns"
  end
  return "odcs"
end

-- ---- making parts what their readers expect ---------------------------------------------------------------

-- A table with members; false for a list (an empty one is marked) and for all else.
local function is_map(value)
  return type(value) == "table" and #value == 0 and getmetatable(value) == nil
end

local function is_list(value)
  return type(value) == "table" and (#value > 0 or next(value) == nil)
end

local function map_or_empty(value)
  return is_map(value) and value or {}
end

local function list_of_maps(list)
  if not is_list(list) then
    return nil
  end
  for index = 1, #list do
    list[index] = map_or_empty(list[index])
  end
  return list
end

local function text_or_nil(value)
  return type(value) ~= "table" and tostring(value) or nil
end

-- What members must be: how each is made that.
local WANTED <const> = { name = text_or_nil, physicalName = text_or_nil }
for _, member in ipairs {
  "properties", "quality", "enum", "customProperties", "relationships", "authoritativeDefinitions", "synonyms",
  "schema", "slaProperties", "servers", "roles", "support", "members",
} do
  WANTED[member] = list_of_maps
end
for _, member in ipairs { "logicalTypeOptions", "items", "map", "arguments", "price" } do
  WANTED[member] = function(value)
    return is_map(value) and value or nil
  end
end
for _, member in ipairs { "tags", "examples", "transformSourceObjects" } do
  WANTED[member] = function(value)
    return is_list(value) and value or nil
  end
end

local repair

local function repair_list(list)
  for index = 1, #list do
    repair(list[index])
  end
end

-- Makes a part and all below it what its readers expect.
function repair(part)
  for key, value in next, part do
    local make <const> = WANTED[key]
    if make then
      part[key] = make(value)
    end
  end
  if part.properties then
    repair_list(part.properties)
  end
  if part.quality then
    repair_list(part.quality)
  end
  if part.items then
    repair(part.items)
  end
  if part.map then
    for _, key in ipairs { "key", "value" } do
      part.map[key] = is_map(part.map[key]) and repair(part.map[key]) or nil
    end
  end
  return part
end

local function repair_root(root)
  repair(root)
  if root.schema then
    repair_list(root.schema)
  end
  if type(root.description) == "string" then
    root.description = { purpose = root.description }
  elseif not is_map(root.description) then
    root.description = nil
  end
  if is_map(root.team) then
    repair(root.team)
  elseif type(root.team) ~= "table" or #root.team == 0 then
    root.team = type(root.team) == "string" and { name = root.team } or nil
  end
  return root
end

-- ---- ODCS 3.0 ---------------------------------------------------------------------------------------------

-- v3.0 wrote `minimum: 5, exclusiveMinimum: true` for what is `exclusiveMinimum: 5` since.
local BOUNDS <const> = { { "minimum", "exclusiveMinimum" }, { "maximum", "exclusiveMaximum" } }

local function move_exclusive_bounds(options)
  for _, pair in ipairs(BOUNDS) do
    local bound <const>, exclusive <const> = pair[1], pair[2]
    if options[exclusive] == true then
      options[exclusive], options[bound] = options[bound], nil
    elseif options[exclusive] == false then
      options[exclusive] = nil
    end
  end
end

-- Rules of v3.0 that have a metric of the same meaning.
local METRICS <const> = {
  duplicateCount = "duplicateValues",
  duplicateValues = "duplicateValues",
  nullCheck = "nullValues",
  nullValues = "nullValues",
  rowCount = "rowCount",
}

local function name_metrics(list)
  for _, rule in ipairs(list or {}) do
    local metric <const> = rule.metric == nil and METRICS[rule.rule]
    if metric then
      rule.metric, rule.rule = metric, nil
    end
  end
end

local function raise_element(element)
  name_metrics(element.quality)
  if element.logicalTypeOptions then
    move_exclusive_bounds(element.logicalTypeOptions)
  end
  for _, inner in ipairs(element.properties or {}) do
    raise_element(inner)
  end
  if element.items then
    raise_element(element.items)
  end
end

-- A team was a list of people; since v3.1 it has a name and members.
local function raise_team(root)
  if type(root.team) == "table" and #root.team > 0 then
    root.team = { members = list_of_maps(root.team) }
  end
end

-- ---- the simple forms -------------------------------------------------------------------------------------

-- What a type of the simple forms says beyond its logical type.
local FORMATS <const> = {
  int = "i32", integer = "i32", long = "i64", bigint = "i64", float = "f32", double = "f64",
  bytes = "binary", binary = "binary",
}

local OPTIONS <const> = set.of { "format", "pattern", "minimum", "maximum", "minLength", "maxLength" }

local function custom(owner, name, value)
  local list <const> = owner.customProperties or json.array {}
  owner.customProperties = list
  list[#list + 1] = { property = name, value = value }
end

local function option(property, name, value)
  local options <const> = map_or_empty(property.logicalTypeOptions)
  property.logicalTypeOptions = options
  if options[name] == nil then
    options[name] = value
  end
end

local function enum_of(values)
  local out <const> = json.array {}
  for index, value in ipairs(type(values) == "table" and values or {}) do
    out[index] = type(value) == "table" and value or { value = value }
  end
  return out
end

-- A map of properties, as the simple forms write them, as a list.
local function custom_list(value)
  if type(value) ~= "table" then
    return nil
  elseif #value > 0 then
    return list_of_maps(value)
  end
  local names <const>, out <const> = {}, json.array {}
  for name in pairs(value) do
    names[#names + 1] = name
  end
  table.sort(names)
  for index, name in ipairs(names) do
    out[index] = { property = name, value = value[name] }
  end
  return out
end

-- What becomes of a column's members; all others keep their names.
local COLUMN <const> = {
  type = function(property, value)
    property.logicalType = property.logicalType or shapes.simple_types[value] or value
    if FORMATS[value] and value ~= "integer" then
      option(property, "format", FORMATS[value])
    end
  end,
  nullable = function(property, value)
    if value == false then
      property.required = true
    end
  end,
  enum = function(property, value)
    property.enum = enum_of(value)
  end,
  default = function(property, value)
    custom(property, "default", value)
  end,
  customProperties = function(property, value)
    for _, entry in ipairs(custom_list(value) or {}) do
      custom(property, entry.property, entry.value)
    end
  end,
}

-- The members of a column in a fixed order, `type` behind `logicalType`.
local function property_of(name, column)
  local property <const> = { name = name }
  local logical <const> = column.logicalType
  if type(logical) == "string" then
    property.logicalType = shapes.simple_types[logical] or logical
    if FORMATS[logical] and logical ~= "integer" then
      option(property, "format", FORMATS[logical])
    end
  end
  for key, value in pairs(column) do
    if OPTIONS[key] then
      option(property, key, value)
    elseif not COLUMN[key] and key ~= "logicalType" then
      property[key] = value
    end
  end
  for _, key in ipairs { "type", "nullable", "enum", "default", "customProperties" } do
    if column[key] ~= nil then
      COLUMN[key](property, column[key])
    end
  end
  property.name = name
  return property
end

-- The members of a map or list of views, as { name or nil, plain table } in the order written.
local function entries_of(container)
  local out <const> = {}
  local kind <const> = document.kind(container)
  for key, view in pairs(kind and container or {}) do
    local plain <const> = document.plain(view, true)
    out[#out + 1] = { kind == "object" and key or nil, map_or_empty(plain) }
  end
  return out
end

local function properties_of(container)
  local out <const> = json.array {}
  for index, entry in ipairs(entries_of(container)) do
    out[index] = property_of(entry[1] or entry[2].name, entry[2])
  end
  return out
end

local function object_of(name, spec, columns)
  local object <const> = { name = name }
  for key, value in pairs(spec) do
    if key ~= "elements" and key ~= "columns" and object[key] == nil then
      object[key] = value
    end
  end
  object.properties = properties_of(columns)
  return object
end

local function objects_of(root, dialect)
  local out <const> = json.array {}
  local container <const> = dialect == "models" and root.models or root.schema
  for key, view in pairs(document.kind(container) and container or {}) do
    local spec <const> = document.plain(view, true)
    if is_map(spec) then
      out[#out + 1] = object_of(dialect == "models" and key or spec.name, spec, view.elements or view.columns)
    else
      out[#out + 1] = {}
    end
  end
  return out
end

-- Service levels, from a list or from a map by property.
local function levels_of(levels)
  local out <const> = json.array {}
  for index, entry in ipairs(entries_of(levels)) do
    local level <const> = entry[2]
    level.property = level.property or entry[1]
    out[index] = level
  end
  return out
end

-- A map's members that are plain values are levels, too; `entries_of` leaves them empty.
local function fill_levels(list, levels)
  local index = 0
  for _, value in pairs(document.kind(levels) == "object" and levels or {}) do
    index = index + 1
    if not document.kind(value) then
      list[index].value = value
    end
  end
  return list
end

local function terms_into(root, terms)
  local rest <const> = {}
  for key, value in pairs(type(terms) == "table" and terms or {}) do
    if (key == "usage" or key == "limitations") and root.description[key] == nil then
      root.description[key] = value
    else
      rest[key] = value
    end
  end
  if next(rest) then
    custom(root, "terms", rest)
  end
end

local function is_links(links)
  for _, link in ipairs(links) do
    if type(link) ~= "table" or type(link.url) ~= "string" then
      return false
    end
  end
  return #links > 0
end

local function links_into(root, links)
  if type(links) ~= "table" or not is_links(links) then
    custom(root, "links", links)
    return
  end
  local list <const> = root.authoritativeDefinitions or json.array {}
  root.authoritativeDefinitions = list
  for _, link in ipairs(links) do
    link.type = link.type or link.name or "link"
    link.name = nil
    list[#list + 1] = link
  end
end

-- Roots of the simple forms: what the standard has a place for goes there, what is left is a custom property.
local function root_of(view, dialect)
  local plain <const> = {}
  for key, value in pairs(view) do
    if key ~= "models" and key ~= "schema" and key ~= "slaProperties" then
      plain[key] = document.plain(value, true)
    end
  end
  plain.customProperties = custom_list(plain.customProperties)
  plain.schema = objects_of(view, dialect)
  if view.slaProperties ~= nil then
    plain.slaProperties = fill_levels(levels_of(view.slaProperties), view.slaProperties)
  end
  repair_root(plain)
  plain.description = plain.description or {}
  local owner <const>, terms <const>, links <const> = plain.owner, plain.terms, plain.links
  local deprecation <const>, contacts <const> = plain.deprecation, plain.contacts
  plain.owner, plain.terms, plain.links, plain.deprecation, plain.contacts = nil, nil, nil, nil, nil
  if owner ~= nil then
    raise_team(plain)
    plain.team = plain.team or {}
    plain.team.name = plain.team.name or owner
  end
  terms_into(plain, terms)
  if links ~= nil then
    links_into(plain, links)
  end
  if deprecation ~= nil then
    custom(plain, "deprecation", deprecation)
  end
  if contacts ~= nil then
    custom(plain, "contacts", contacts)
  end
  plain.description = next(plain.description) and plain.description or nil
  plain.id = plain.id or plain.name
  return plain
end

-- ---- the version of the standard --------------------------------------------------------------------------

local function needs_32(element)
  if element.enum or element.map or element.deprecated ~= nil or element.synonyms or element.semanticType
    or element.logicalType == "vector" or element.context then
    return true
  end
  for _, inner in ipairs(element.properties or {}) do
    if needs_32(inner) then
      return true
    end
  end
  return element.items ~= nil and needs_32(element.items)
end

local function version_needed(root)
  for _, object in ipairs(root.schema or {}) do
    if needs_32(object) then
      return "v3.2.0"
    end
  end
  return "v3.1.0"
end

-- ---- public -----------------------------------------------------------------------------------------------

--- The normal form of a contract.
---@param view any a `contract` record, or the root of a contract's document
---@param plain table? the root as a plain tree, for who has it: it becomes the normal form
---@return floe.contract.normal
function M.normal(view, plain)
  local root <const> = document.type(view) == "contract" and view.spec or view
  local dialect <const> = M.dialect(root)
  local normal
  if dialect == "odcs" then
    normal = repair_root(plain or document.plain(root, true))
    if shapes.version_of(normal.apiVersion) == 30 then
      for _, object in ipairs(normal.schema or {}) do
        raise_element(object)
      end
      normal.apiVersion = "v3.1.0"
    end
    raise_team(normal)
  else
    normal = root_of(root, dialect)
    raise_team(normal)
    normal.apiVersion = version_needed(normal)
  end
  normal.kind = "DataContract"
  origins[normal] = { root = root, dialect = dialect }
  return normal
end

--- A custom property of a contract, an object or a property: its value, nil where there is none. `deprecation` of the
--- simple forms is one of the contract, `default` one of a property.
---@param owner table a part of a normal form
---@param name string
---@return any
function M.custom(owner, name)
  for _, entry in ipairs(owner.customProperties or {}) do
    if entry.property == name then
      return entry.value
    end
  end
  return nil
end

-- ---- places -----------------------------------------------------------------------------------------------

-- What members of the normal form are called in the simple forms.
local ALIASES <const> = {
  models = { schema = "models", properties = "elements", team = "owner", logicalType = "type", required = "nullable" },
  columns = { properties = "columns", team = "owner", logicalType = "type", required = "nullable" },
}

-- The nth member of an object, in the order written.
local function nth_key(view, position)
  local at = 0
  for key in pairs(view) do
    at = at + 1
    if at == position then
      return key
    end
  end
  return nil
end

-- The key under which a view holds what the normal form calls `key`; nil where it has nothing of that name.
local function key_in(view, key, dialect)
  if math.type(key) == "integer" and document.kind(view) == "object" then
    return nth_key(view, key)
  elseif view[key] ~= nil then
    return key
  end
  local alias <const> = ALIASES[dialect] and ALIASES[dialect][key]
  return alias and view[alias] ~= nil and alias or nil
end

--- What a part of a normal form was read from: the nearest part that was written, as an object and the key in it.
--- Nothing for a form that was made, not read.
---@param normal floe.contract.normal
---@param trail any[] keys and indices in the normal form: { "schema", 1, "properties", 3, "required" }
---@return any? owner a view
---@return any? key nil where it is the whole contract
function M.origin(normal, trail)
  local origin <const> = origins[normal]
  if not origin then
    return nil
  end
  local owner, key, view = origin.root, nil, origin.root
  for _, wanted in ipairs(trail) do
    if wanted ~= "logicalTypeOptions" or origin.dialect == "odcs" then
      local found <const> = document.kind(view) and key_in(view, wanted, origin.dialect)
      if not found then
        break
      end
      owner, key, view = view, found, view[found]
    end
  end
  return owner, key
end

--- Where a part of a normal form stood in its file: the nearest part that was written. Nothing for a form that was
--- made, not read.
---@param normal floe.contract.normal
---@param trail any[] keys and indices in the normal form: { "schema", 1, "properties", 3, "required" }
---@return string? file
---@return integer? line
---@return integer? column
function M.place(normal, trail)
  local owner <const>, key <const> = M.origin(normal, trail)
  if not owner then
    return nil
  end
  return document.place(owner, key)
end

--- The file that a normal form was read from.
---@param normal floe.contract.normal
---@return string?
function M.file(normal)
  local origin <const> = origins[normal]
  return origin and (document.place(origin.root)) or nil
end

return M
