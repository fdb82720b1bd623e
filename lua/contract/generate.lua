-- A contract from an output port: what floe.yaml says of the port, and below it what dbt knows of the model that it
-- serves. What is written out in floe.yaml wins over dbt. Where each part came from is kept aside, so that a conflict
-- can name both places.

local dbt <const> = require "host.dbt"
local document <const> = require "host.document"
local duration <const> = require "floe.duration"
local from_dbt <const> = require "contract.from_dbt"
local json <const> = require "host.json"
local match <const> = require "contract.match"
local merge <const> = require "contract.merge"

local M = {}

---@class floe.contract.generation what the platform says of generating
---@field enabled boolean contracts are made, and what is known is added to those that are written
---@field from_ports boolean a port that none describes gets one
---@field from_dbt boolean what dbt knows is added
---@field descriptions boolean
---@field classification string? of columns that name none

--- What the tiers say of generating contracts.
---@param governance table the resolved section
---@return floe.contract.generation
function M.settings(governance)
  local contracts <const> = governance.data_contracts or {}
  local said <const> = contracts.auto_generation or {}
  local function is_on(value)
    return value == nil or value == true
  end
  return {
    enabled = is_on(said.enabled),
    from_ports = is_on(said.enabled) and is_on(said.from_ports),
    from_dbt = is_on(said.from_dbt_manifest),
    descriptions = is_on(said.include_descriptions),
    classification = said.default_classification,
  }
end

-- ---- where parts came from --------------------------------------------------------------------------------

-- What each table of a generated contract was made from: a view of floe.yaml or a fact of dbt.
local origins <const> = setmetatable({}, { __mode = "k" })

-- Facts of dbt that have a place in the project's own files.
local LOCATED <const> = {
  model = true, seed = true, snapshot = true, source = true, column = true,
}

--- Where a part of a generated contract came from.
---@param part table
---@return any? origin a view of floe.yaml, or a fact of dbt
function M.origin(part)
  return origins[part]
end

--- Its place.
---@param part table
---@param key string? the member of it
---@return string? file
---@return integer? line
---@return integer? column
function M.place(part, key)
  local origin <const> = origins[part]
  if not origin then
    return nil
  elseif LOCATED[document.type(origin)] then
    return dbt.locate(origin, key == "description" and key or nil)
  elseif key and document.kind(origin) == "object" and origin[key] ~= nil then
    return document.place(origin, key)
  end
  return document.place(origin)
end

--- Whether a part is what dbt says, not floe.yaml.
---@param part table
---@return boolean
function M.is_of_dbt(part)
  return LOCATED[document.type(origins[part])] or false
end

-- ---- what dbt knows ---------------------------------------------------------------------------------------

-- "ref('customers')" → "customers", "source('crm', 'accounts')" → "accounts"
local function referred(text)
  local arguments <const> = type(text) == "string" and text:match("^%s*[%a]+%s*(%b())%s*$")
  local last
  for name in (arguments or ""):gmatch("['\"]([^'\"]+)['\"]") do
    last = name
  end
  return last
end

local function relationship(to, field)
  if type(to) ~= "string" or type(field) ~= "string" then
    return nil
  end
  return { type = "foreignKey", to = ("%s.%s"):format(to, field) }
end

-- What a column refers to: its tests of relationships, and foreign keys among its constraints.
local function relationships_of(column)
  local out <const> = json.array {}
  for _, test in ipairs(column.tests) do
    if test.generic and test.test_name == "relationships" and test.severity ~= "warn" then
      out[#out + 1] = relationship(referred(test.arguments.to), test.arguments.field)
    end
  end
  for _, constraint in ipairs(column.constraints or {}) do
    if constraint.type == "foreign_key" and document.kind(constraint.to_columns) == "array" then
      out[#out + 1] = relationship(referred(constraint.to) or constraint.to, constraint.to_columns[1])
    end
  end
  return #out > 0 and out or nil
end

-- The model as a schema object, each part with its origin. Tags stay out: in dbt they choose what a run builds, and
-- which of them a column has differs from one dbt to the next.
local function object_of(node)
  local object <const> = from_dbt.object_of(node)
  origins[object] = node
  object.tags = nil
  for _, property in ipairs(object.properties) do
    local column <const> = node.columns[property.name]
    origins[property] = column
    property.tags = nil
    property.relationships = relationships_of(column)
  end
  return object
end

-- ---- what the port says -----------------------------------------------------------------------------------

local function text_of(value)
  return type(value) == "string" and value ~= "" and value or nil
end

local function property_of(column)
  local key <const> = column.primaryKey == true or column.primary_key == true
  local property <const> = {
    name = column.name,
    physicalType = text_of(column.type),
    logicalType = text_of(column.type) and from_dbt.logical_type(column.type),
    description = text_of(column.description),
    classification = text_of(column.classification),
    primaryKey = key or nil,
  }
  if column.required ~= nil then
    property.required = column.required
  end
  if column.unique ~= nil then
    property.unique = column.unique
  end
  origins[property] = column
  return property
end

-- The columns that the port writes out; none where it leaves them to the model.
local function properties_of(port)
  local columns <const> = match.columns_of(port)
  if not columns then
    return nil
  end
  local out <const>, position = json.array {}, 0
  for index, column in ipairs(columns) do
    local property <const> = property_of(column)
    if property.primaryKey then
      position = position + 1
      property.primaryKeyPosition = position
    end
    out[index] = property
  end
  return out
end

local UNITS <const> = { { "d", 86400 }, { "h", 3600 }, { "m", 60 }, { "s", 1 } }

-- "6h" as 6 and "h"; what is no duration stays as it is written.
local function freshness_of(value)
  local seconds <const> = duration.seconds(value)
  for _, unit in ipairs(seconds and seconds > 0 and UNITS or {}) do
    local days <const> = unit[1] == "d"
    if seconds % unit[2] == 0 and (not days or seconds >= 7 * unit[2]) then
      return math.tointeger(seconds // unit[2]), unit[1]
    end
  end
  return value, nil
end

local function percent_of(value)
  local written <const> = tostring(value):match("^%s*([%d.]+)%s*%%?%s*$")
  local number <const> = tonumber(written)
  if number then
    return math.tointeger(number) or number, "percent"
  end
  return value, nil
end

local LEVELS <const> = { freshness = freshness_of, availability = percent_of }

--- A service level as contracts have it, from the way manifests and ports write it.
---@param property string
---@param value any an amount, or an object of `value` and `unit`
---@return table level { property, value, unit }
function M.level(property, value)
  if type(value) == "table" then
    return { property = property, value = value.value, unit = value.unit }
  end
  local read <const> = LEVELS[property]
  local amount, unit = value, nil
  if read then
    amount, unit = read(value)
  end
  return { property = property, value = amount, unit = unit }
end

-- The time column that tells how fresh a row is, where dbt knows it.
local function event_time(node)
  local name <const> = node ~= nil and node.config.event_time
  return type(name) == "string" and node.columns[name] ~= nil and name or nil
end

local function add_level(levels, port, property, value, element)
  if value == nil or document.kind(value) then
    return
  end
  local level <const> = M.level(property, value)
  level.element = element
  origins[level] = port.sla
  levels[#levels + 1] = level
end

local function levels_of(port, object, node)
  local levels <const> = json.array {}
  for property, value in pairs(document.kind(port.sla) == "object" and port.sla or {}) do
    if property == "quality" and document.kind(value) == "object" then
      for name, inner in pairs(value) do
        add_level(levels, port, name, inner)
      end
    else
      local time <const> = property == "freshness" and event_time(node)
      add_level(levels, port, property, value, time and ("%s.%s"):format(object.name, time) or nil)
    end
  end
  return #levels > 0 and levels or nil
end

-- ---- together ---------------------------------------------------------------------------------------------

local function drop_descriptions(contract)
  contract.description = nil
  for _, object in ipairs(contract.schema) do
    object.description = nil
    for _, property in ipairs(object.properties or {}) do
      property.description = nil
    end
  end
end

--- Gives the columns that nobody has classified the platform's default: the least that is said, so it comes last.
---@param contract floe.contract.normal
---@param settings floe.contract.generation
---@return boolean changed
function M.classify(contract, settings)
  local changed = false
  for _, object in ipairs(settings.classification and contract.schema or {}) do
    for _, property in ipairs(object.properties or {}) do
      if property.classification == nil then
        property.classification, changed = settings.classification, true
      end
    end
  end
  return changed
end

local function head_of(spec, port)
  local metadata <const> = spec.metadata
  local owner <const> = text_of(port.owner) or text_of(metadata.owner)
  return {
    apiVersion = "v3.1.0",
    kind = "DataContract",
    id = ("%s%s.%s"):format(metadata.domain and metadata.domain .. "." or "", metadata.name, port.name),
    name = ("%s-%s"):format(metadata.name, port.name),
    version = metadata.version,
    status = "active",
    domain = metadata.domain,
    dataProduct = metadata.name,
    description = text_of(port.description) and { purpose = port.description } or nil,
    team = owner and { name = owner } or nil,
  }
end

local function described(contract, settings)
  if not settings.descriptions then
    drop_descriptions(contract)
  end
  return contract
end

--- The contract of an output port.
---@param spec any the view of floe.yaml
---@param port any the view of the port
---@param node any? the dbt model that it serves
---@param settings floe.contract.generation
---@return floe.contract.normal
---@return floe.contract.conflict[] conflicts between the port and dbt
function M.of_port(spec, port, node, settings)
  local object <const> = {
    name = match.names_of(port)[1],
    physicalName = text_of(port.table),
    description = text_of(port.description),
    properties = properties_of(port),
  }
  origins[object] = port
  local contract <const> = head_of(spec, port)
  origins[contract] = port
  contract.schema = json.array { object }
  contract.slaProperties = levels_of(port, object, node)
  local conflicts = {}
  if node ~= nil and settings.from_dbt then
    conflicts = merge.into(contract, { schema = json.array { object_of(node) } }, {
      place = function(part, key)
        return M.place(part, key)
      end,
      is_same = function()
        return true
      end,
    })
  end
  object.physicalType = object.physicalType or "table"
  object.properties = object.properties or json.array {}
  return described(contract, settings), conflicts
end

--- What dbt knows of a table that no port serves, as a contract without a head.
---@param node any
---@param settings floe.contract.generation
---@return table contract
function M.of_model(node, settings)
  return described({ schema = json.array { object_of(node) } }, settings)
end

return M
