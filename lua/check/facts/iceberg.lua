-- Facts from the metadata of Iceberg tables, through the catalog: columns of the current schema, when the current
-- snapshot was written, and how many rows it has. No engine is asked, and no file of the table is read; the credentials
-- that a catalog may hand out with a table never come this far.

local system <const> = require "host.system"

local M = {}

local MOST_COLUMNS <const> = 10000
local MOST_DEPTH <const> = 32 -- of types inside of types

local Source = {}
Source.__index = Source

--- Opens the source; nothing is asked yet.
---@param request floe.check.request
---@return table? source
---@return table? err
function M.open(request)
  if not request.catalog then
    return nil, { code = "outside", message = "the product's platform names no catalog of Iceberg tables",
      hint = "plugins.catalog of the platform, of the type iceberg-rest or polaris" }
  end
  return setmetatable({
    name = "iceberg", adapter = nil, catalog = request.catalog, namespace = request.namespace or {},
  }, Source)
end

-- ---- what metadata say ------------------------------------------------------------------------------------

local function text_of(value, most)
  return type(value) == "string" and #value <= most and value or nil
end

-- A type in the words of SQL; nil for what is none.
local function type_of(written, depth)
  if type(written) == "string" then
    return text_of(written, 200)
  elseif type(written) ~= "table" or depth > MOST_DEPTH then
    return nil
  elseif written.type == "list" then
    local element <const> = type_of(written.element, depth + 1)
    return element and ("array<%s>"):format(element)
  elseif written.type == "map" then
    local key <const>, value <const> = type_of(written.key, depth + 1), type_of(written.value, depth + 1)
    return key and value and ("map<%s,%s>"):format(key, value)
  elseif written.type ~= "struct" or type(written.fields) ~= "table" then
    return nil
  end
  local fields <const> = {}
  for index, field in ipairs(written.fields) do
    local inner <const> = type(field) == "table" and type_of(field.type, depth + 1)
    if not inner then
      return nil
    end
    fields[index] = ("%s: %s"):format(tostring(field.name), inner)
  end
  return ("struct<%s>"):format(table.concat(fields, ", "))
end

-- The schema that is current; the first version of the format has but one.
local function schema_of(metadata)
  for _, schema in ipairs(type(metadata.schemas) == "table" and metadata.schemas or {}) do
    if type(schema) == "table" and schema["schema-id"] == metadata["current-schema-id"] then
      return schema
    end
  end
  return type(metadata.schema) == "table" and metadata.schema or nil
end

local function columns_of(metadata)
  local schema <const> = schema_of(metadata)
  local fields <const> = schema and schema.fields
  if type(fields) ~= "table" or #fields > MOST_COLUMNS then
    return nil
  end
  local out <const> = {}
  for index, field in ipairs(fields) do
    local name <const> = type(field) == "table" and text_of(field.name, 1000)
    local kind <const> = name and type_of(field.type, 0)
    if not kind then
      return nil
    end
    out[index] = { name = name, type = kind, nullable = field.required ~= true }
  end
  return out
end

local function snapshot_of(metadata)
  local current <const> = metadata["current-snapshot-id"]
  for _, snapshot in ipairs(type(metadata.snapshots) == "table" and metadata.snapshots or {}) do
    if type(snapshot) == "table" and snapshot["snapshot-id"] == current then
      return snapshot
    end
  end
  return nil
end

local function count_of(value)
  local count <const> = math.tointeger(tonumber(value))
  return count and count >= 0 and count or nil
end

-- How many rows a snapshot has; nil where deletions are still to be applied that only the files tell.
local function rows_of(snapshot)
  local summary <const> = type(snapshot.summary) == "table" and snapshot.summary or {}
  local total <const> = count_of(summary["total-records"])
  if not total or (count_of(summary["total-equality-deletes"]) or 0) > 0 then
    return nil
  end
  return math.max(total - (count_of(summary["total-position-deletes"]) or 0), 0)
end

-- What is told of a snapshot: of its summary the counts, as all else is the writer's own.
local function words_of(snapshot)
  local summary <const> = type(snapshot.summary) == "table" and snapshot.summary or {}
  local counts <const> = {}
  for name, value in pairs(summary) do
    counts[name] = text_of(name, 100) and count_of(value)
  end
  return {
    id = tostring(snapshot["snapshot-id"]), at = math.tointeger(snapshot["timestamp-ms"]),
    operation = text_of(summary.operation, 100), counts = counts,
  }
end

local function has_none(metadata)
  local current <const> = metadata["current-snapshot-id"]
  return current == nil or current == -1 or type(current) ~= "number"
end

-- What metadata say of a table.
local function answer_of(metadata)
  local answer <const> = { adapter = "iceberg", schema_only = true, columns = columns_of(metadata), values = {},
    errors = {}, location = text_of(metadata.location, 2000) }
  if not answer.columns then
    answer.error = { code = "failed", message = "the catalog's metadata of the table have no schema that can be read" }
  end
  local snapshot <const> = snapshot_of(metadata)
  if snapshot then
    answer.snapshot_at, answer.rows = math.tointeger(snapshot["timestamp-ms"]), rows_of(snapshot)
    answer.snapshot = words_of(snapshot)
  elseif has_none(metadata) then
    answer.is_empty, answer.rows = true, 0
  end
  return answer
end

-- ---- asking -----------------------------------------------------------------------------------------------

local function split(written, out)
  for part in tostring(written):gmatch("[^.]+") do
    out[#out + 1] = part
  end
  return out
end

-- The namespaces in which a table may be, the likeliest first.
local function namespaces_of(self, relation)
  local out <const> = {}
  if relation.schema then
    if relation.database then
      out[1] = split(relation.schema, split(relation.database, {}))
    end
    out[#out + 1] = split(relation.schema, {})
  end
  if #self.namespace > 0 then
    out[#out + 1] = self.namespace
  end
  return out
end

local CODES <const> = { not_found = "missing", invalid = "missing" }

local function load(self, relation)
  for _, namespace in ipairs(namespaces_of(self, relation)) do
    local found <const>, err <const> = self.catalog:table(namespace, relation.identifier)
    if found and found.metadata then
      return found.metadata
    elseif found then
      return nil, { code = "failed", message = found.problem or "the catalog has the table, and not its metadata" }
    elseif found == nil and not CODES[err.code] then
      return nil, { code = "unreachable", message = err.message }
    end
  end
  local parts <const> = {}
  for _, part in ipairs { relation.database or false, relation.schema or false, relation.identifier } do
    parts[#parts + 1] = part or nil
  end
  return nil, { code = "missing", message = ("the catalog has no table '%s'"):format(table.concat(parts, ".")) }
end

local UNTOLD <const> = { code = "unsupported", message = "the metadata of an Iceberg table do not tell it" }

local function ask_one(self, target)
  local metadata <const>, err <const> = load(self, target.relation)
  if not metadata then
    return { error = err, values = {}, errors = {} }
  end
  local answer <const> = answer_of(metadata)
  for place, measure in ipairs(target.measures) do
    if measure.kind == "rows" and answer.rows then
      answer.values[place] = answer.rows
    else
      answer.errors[place] = UNTOLD
    end
  end
  return answer
end

--- Asks for all that is wanted, one request a table.
---@param targets floe.check.target[]
---@return table<integer, floe.check.answer> answers
function Source:ask(targets)
  local answers <const> = {}
  for _, target in ipairs(targets) do
    local start <const> = system.monotonic()
    local answer <const> = ask_one(self, target)
    answer.seconds, answer.source = system.monotonic() - start, "iceberg"
    answers[target.id] = answer
  end
  return answers
end

return M
