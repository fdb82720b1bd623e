-- The contracts of a product as a compile promises them: each that is written merged with what its output ports and dbt
-- know, and one made for each port that none describes; what they leave open comes from the contracts above them. They
-- become facts again, so that policies see what consumers will.

local document <const> = require "host.document"
local files <const> = require "host.files"
local generate <const> = require "contract.generate"
local inherit <const> = require "contract.inherit"
local json <const> = require "host.json"
local match <const> = require "contract.match"
local merge <const> = require "contract.merge"
local normals <const> = require "contract.document"

local M = {}

---@class floe.contract.compiled
---@field record any the fact
---@field normal floe.contract.normal
---@field source "file"|"port"|"merged"
---@field file string? the contract's, from the product's folder
---@field ports string[] the names of the ports it describes
---@field texts integer descriptions and the like in which the other side says something else

-- ---- conflicts --------------------------------------------------------------------------------------------

local function about(path)
  local names <const> = {}
  for part in path:gmatch("[^.]+") do
    names[#names + 1] = part
  end
  if names[1] == "slaProperties" then
    return ("service level '%s'"):format(names[2])
  elseif #names == 3 then
    return ("'%s' of column '%s' of '%s'"):format(names[3], names[2], names[1])
  elseif #names == 2 then
    return ("'%s' of table '%s'"):format(names[2], names[1])
  end
  return ("'%s'"):format(path)
end

local function shown(conflict, part, value)
  if conflict.trail[1] == "slaProperties" then
    return merge.show_level(part)
  end
  return value == nil and "not said" or merge.show(value)
end

-- Where floe.yaml or dbt says it, for a message: "floe.yaml:25".
local function where(loading, conflict)
  local who <const> = generate.is_of_dbt(conflict.part) and "dbt" or "the output port"
  if not conflict.file then
    return who
  end
  return ("%s (%s:%d)"):format(who, files.relative(conflict.file, loading.root), conflict.line or 1)
end

-- Types are judged against ports and models by themselves, and so are classifications against dbt's.
local function is_judged_elsewhere(conflict)
  return conflict.kind == "type" or conflict.kind == "classification" and generate.is_of_dbt(conflict.part)
end

-- A conflict as a problem; `origin` is where the contract says it.
local function problem_of(loading, conflict, origin)
  local kept <const> = shown(conflict, conflict.mine, conflict.kept)
  local other <const> = shown(conflict, conflict.part, conflict.other)
  return document.record("problem", {
    code = "FLOE-E535",
    message = ("%s: the contract says %s, %s says %s; the contract counts"):format(about(conflict.path), kept,
      where(loading, conflict), other),
    expected = other,
    actual = kept,
    suggestions = document.list { "say the same on both sides, or leave it to one of them" },
    path = conflict.path,
  }, origin)
end

local function problems_of(loading, conflicts, origin_of)
  local out <const>, texts = {}, 0
  for _, conflict in ipairs(conflicts) do
    if conflict.kind == "text" then
      texts = texts + 1
    elseif not is_judged_elsewhere(conflict) then
      out[#out + 1] = problem_of(loading, conflict, origin_of(conflict))
    end
  end
  return document.list(out), texts
end

-- ---- facts ------------------------------------------------------------------------------------------------

local function string_of(value)
  if type(value) == "string" then
    return value
  end
  return type(value) == "number" and tostring(value) or nil
end

-- What a column or table was written as, and where; a part that was not written stands where its contract does.
local function written_column(written, name)
  local column <const> = written and written.columns[name]
  if column == nil then
    return nil, nil
  end
  local elements <const> = written.spec.elements
  if document.kind(elements) == "object" and elements[name] ~= nil then
    return column.spec, { elements, name }
  end
  return column.spec, column.spec
end

local function column_record(owner, property, written, fallback)
  local spec <const>, origin <const> = written_column(written, property.name)
  return document.record("contract_column", {
    unique_id = ("%s.%s"):format(owner, property.name),
    name = property.name,
    logical_type = string_of(property.logicalType),
    physical_type = string_of(property.physicalType),
    physical_name = string_of(property.physicalName),
    description = string_of(property.description),
    required = property.required == true,
    unique = property.unique == true,
    primary_key = property.primaryKey == true,
    classification = string_of(property.classification),
    spec = spec or document.build(property),
  }, origin or fallback(property))
end

local function ordered(list, make)
  local seen <const>, out <const> = {}, {}
  for index, part in ipairs(list or {}) do
    local name <const> = type(part) == "table" and string_of(part.name)
    if name and not seen[name] then
      seen[name] = true
      out[#out + 1] = { name, make(part, name, index) }
    end
  end
  return json.object(out)
end

-- Rules of quality: those that were written keep their places.
local function rules_of(object, written)
  local out <const> = {}
  for index, rule in ipairs(object.quality or {}) do
    out[index] = written ~= nil and written.quality[index] or document.build(rule)
  end
  return document.list(out)
end

local function table_record(contract_id, object, name, written, origin, fallback)
  local unique_id <const> = ("%s.%s"):format(contract_id, name)
  return document.record("contract_table", {
    unique_id = unique_id,
    name = name,
    physical_name = string_of(object.physicalName),
    description = string_of(object.description),
    columns = ordered(object.properties, function(property)
      return column_record(unique_id, property, written, fallback)
    end),
    quality = rules_of(object, written),
    spec = written ~= nil and written.spec or document.build(object),
  }, origin)
end

local function tables_of(contract_id, normal, written, fallback)
  return ordered(normal.schema, function(object, name, index)
    local known <const> = written and written.tables[name]
    if known == nil then
      return table_record(contract_id, object, name, nil, fallback(object), fallback)
    end
    local owner <const>, key <const> = normals.origin(normal, { "schema", index })
    local origin <const> = { owner, key }
    return table_record(contract_id, object, name, known, origin, function()
      return origin
    end)
  end)
end

local function levels_of(normal)
  local out <const> = {}
  for index, level in ipairs(normal.slaProperties or {}) do
    out[index] = {
      property = string_of(level.property), value = level.value, unit = string_of(level.unit),
      element = string_of(level.element),
    }
  end
  return document.list(out)
end

local function owner_of(normal)
  return type(normal.team) == "table" and string_of(normal.team.name) or nil
end

local function purpose_of(normal)
  return type(normal.description) == "table" and string_of(normal.description.purpose) or nil
end

-- The fact of a contract that was written, with what was merged into it.
local function merged_record(written, normal, conflicts)
  local problems <const> = {}
  for index, problem in ipairs(written.problems) do
    problems[index] = problem
  end
  return document.record("contract", {
    unique_id = written.unique_id,
    name = written.name,
    id = written.id,
    version = written.version,
    api_version = written.api_version,
    dialect = written.dialect,
    status = written.status,
    domain = written.domain or string_of(normal.domain),
    owner = written.owner or owner_of(normal),
    description = written.description or purpose_of(normal),
    file = written.file,
    source = "merged",
    tables = tables_of(written.unique_id, normal, written),
    sla = levels_of(normal),
    problems = document.list(problems),
    conflicts = conflicts,
    spec = written.spec,
  }, written.spec)
end

local function made_record(loading, normal, port, conflicts)
  local unique_id <const> = "contract." .. normal.id
  return document.record("contract", {
    unique_id = unique_id,
    name = normal.name,
    id = normal.id,
    version = normal.version,
    api_version = normal.apiVersion,
    dialect = "odcs",
    status = normal.status,
    domain = normal.domain,
    owner = owner_of(normal),
    description = purpose_of(normal),
    file = files.relative(loading.path, loading.root),
    source = "port",
    tables = tables_of(unique_id, normal, nil, function(part)
      local origin <const> = generate.origin(part)
      return document.type(origin) == nil and origin or port
    end),
    sla = levels_of(normal),
    problems = document.list {},
    conflicts = conflicts,
    spec = document.build(normal),
  }, port)
end

-- ---- a product's contracts --------------------------------------------------------------------------------

-- Where the port says what conflicts with dbt.
local function origin_in_port(conflict)
  local origin <const> = generate.origin(conflict.mine)
  return document.kind(origin) == "object" and document.type(origin) == nil and { origin, conflict.key } or nil
end

local Compiling = {}
Compiling.__index = Compiling

-- Merges one side into a contract that was written.
local function merge_into(state, other)
  local found <const> = merge.into(state.normal, other, { place = generate.place })
  table.move(found, 1, #found, #state.conflicts + 1, state.conflicts)
  state.merged = true
end

local function state_of(contract)
  return { written = contract, normal = normals.normal(contract), conflicts = {}, inner = {}, ports = {}, served = {} }
end

-- Tables of a contract that no port serves, and that dbt builds.
function Compiling:add_models(state)
  for name, entry in pairs(state.written.tables) do
    local model <const> = not state.served[name] and match.model_of_table(self.project, entry)
    if model then
      merge_into(state, generate.of_model(model, self.settings))
    end
  end
end

-- Merges what a port says into its contract.
function Compiling:add_port(state, port)
  local served <const> = match.table_of(state.written, port)
  if served then
    state.served[served.name] = true
  end
  local made <const>, inner <const> = generate.of_port(self.loading.spec, port, match.model_of(self.project, port),
    self.settings)
  merge_into(state, made)
  table.move(inner, 1, #inner, #state.inner + 1, state.inner)
end

-- What nobody below has said: the contracts above say it, and last the default. Whether that changed anything.
function Compiling:fill(normal, contract)
  local filled <const> = inherit.fill(normal, inherit.parents(self.loading, normal, contract), self.loading.governance)
  return self.settings.enabled and generate.classify(normal, self.settings) or filled
end

-- Merges what the ports of a contract say, then what dbt knows of its other tables.
function Compiling:complete(contract, ports)
  local state <const> = state_of(contract)
  for index, port in ipairs(ports) do
    state.ports[index] = port.name
    if self.settings.enabled then
      self:add_port(state, port)
    end
  end
  if self.settings.enabled and self.settings.from_dbt then
    self:add_models(state)
  end
  if not self:fill(state.normal, contract) and not state.merged then
    return {
      record = contract, normal = state.normal, source = "file", file = contract.file, ports = state.ports, texts = 0,
    }
  end
  table.move(state.conflicts, 1, #state.conflicts, #state.inner + 1, state.inner)
  local conflicts <const>, texts <const> = problems_of(self.loading, state.inner, function(conflict)
    local owner <const>, key <const> = normals.origin(state.normal, conflict.trail)
    return generate.origin(conflict.mine) and origin_in_port(conflict) or key ~= nil and { owner, key } or owner
  end)
  return {
    record = merged_record(contract, state.normal, conflicts), normal = state.normal, source = "merged",
    file = contract.file, ports = state.ports, texts = texts,
  }
end

-- The contract of a port that none describes.
function Compiling:make(port)
  local normal <const>, found <const> = generate.of_port(self.loading.spec, port, match.model_of(self.project, port),
    self.settings)
  self:fill(normal)
  local conflicts <const>, texts <const> = problems_of(self.loading, found, function(conflict)
    return origin_in_port(conflict) or port
  end)
  return {
    record = made_record(self.loading, normal, port, conflicts), normal = normal, source = "port",
    file = files.relative(self.loading.path, self.loading.root), ports = { port.name }, texts = texts,
  }
end

-- Which ports each contract describes, and those that none does.
local function assign(loading, read, ports)
  local of_contract <const>, alone <const> = {}, {}
  for _, port in ipairs(ports) do
    local contract <const> = match.contract_of(read, loading.root, port)
    if contract then
      of_contract[contract.unique_id] = of_contract[contract.unique_id] or {}
      table.insert(of_contract[contract.unique_id], port)
    elseif not match.reference_of(port) then
      alone[#alone + 1] = port -- one whose contract is missing is told of, and gets no other
    end
  end
  return of_contract, alone
end

--- The plain form of each contract as a compile would promise it, by the contract's unique id.
---@param loading floe.loading
---@param read table
---@param project any?
---@return table<string, floe.contract.normal>
function M.normals(loading, read, project)
  local out <const> = {}
  for _, compiled in ipairs(read.compiled or M.of(loading, read, project).compiled) do
    out[compiled.record.unique_id] = compiled.normal
  end
  return out
end

--- The contracts of a product as it is compiled.
---@param loading floe.loading
---@param read { list: any[], by_path: table<string, any>, broken: table<string, table> } the files
---@param project any? the dbt project
---@return table read as it was, and `by_port` the facts by the names of ports, `compiled` floe.contract.compiled[]
function M.of(loading, read, project)
  local self <const> = setmetatable({
    loading = loading, project = project, settings = generate.settings(loading.governance),
  }, Compiling)
  local of_contract <const>, alone <const> = assign(loading, read, match.ports_of(loading.spec))
  local out <const> = { list = {}, by_path = read.by_path, broken = read.broken, by_port = {}, compiled = {} }
  local function add(compiled)
    out.list[#out.list + 1] = compiled.record
    out.compiled[#out.compiled + 1] = compiled
    for _, name in ipairs(compiled.ports) do
      out.by_port[name] = compiled.record
    end
  end
  for _, contract in ipairs(read.list) do
    if read.broken[contract.unique_id] then
      out.list[#out.list + 1] = contract
    else
      add(self:complete(contract, of_contract[contract.unique_id] or {}))
    end
  end
  for _, port in ipairs(self.settings.from_ports and alone or {}) do
    add(self:make(port))
  end
  return out
end

return M
