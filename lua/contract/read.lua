-- Reads data contracts in any of their forms into `contract` facts. A contract that breaks its form becomes a fact
-- all the same, with a list of problems: the policy contract.form reports them, at their places.

local common <const> = require "manifest.common"
local document <const> = require "host.document"
local json <const> = require "host.json"
local normal <const> = require "contract.document"
local problem_at <const> = require("manifest.problem").at
local recognise <const> = require "manifest.recognise"
local rules <const> = require "contract.rules"
local shape <const> = require "manifest.shape"
local shapes <const> = require "contract.shape"
local text <const> = require "floe.text"

local M = {}

local CODES <const> = { pattern = "FLOE-E506", range = "FLOE-E507" }

-- ---- problems ---------------------------------------------------------------------------------------------

-- What is wrong with a contract: its shape first, then, where its types are right, the rules beyond it.
local function find_problems(root, form, settings)
  local problems <const> = shape.check(form, root)
  for _, one in ipairs(problems) do
    if one.kind == "type" then
      return problems
    end
  end
  local function report(code, owner, key, path, message, more)
    local one <const> = problem_at(owner, key, message, nil, more.suggestions)
    one.code, one.path, one.owner, one.key = code, path, owner, key
    one.expected, one.actual = more.expected, more.actual
    problems[#problems + 1] = one
  end
  if settings.version then
    rules.odcs(root, settings, report)
  else
    M.check_simple(root, report)
  end
  return shape.sort(problems)
end

-- Columns and service levels of the simple forms.
function M.check_simple(root, report)
  for name, model in pairs(root.models or {}) do
    for element_name, element in pairs(model.elements or {}) do
      rules.simple_column(element, ("models.%s.elements.%s"):format(name, element_name), report)
    end
  end
  for index = 1, root.schema and #root.schema or 0 do
    for position, column in ipairs(root.schema[index].columns or {}) do
      rules.simple_column(column, ("schema[%d].columns[%d]"):format(index - 1, position - 1), report)
    end
  end
  for key, level in pairs(root.slaProperties or {}) do
    if type(level) == "userdata" then
      rules.check_level(level.property or key, level, "value", ("slaProperties.%s"):format(key), report)
    else
      rules.check_level(key, { value = level }, key, ("slaProperties.%s"):format(key), function(code, _, _, ...)
        report(code, root.slaProperties, key, ...)
      end)
    end
  end
end

-- What to write instead: the near word, what the check says to do, or what it expects.
local function suggestions_of(problem)
  local expected <const> = problem.expected
  if #problem.suggestions > 0 then
    return problem.suggestions
  elseif problem.kind == "unknown" and (expected or ""):find("'customProperties'", 1, true) then
    return {
      ("take it out, or make it a custom property: `customProperties: [{ property: %s, value: … }]`"):format(
        problem.actual),
    }
  elseif problem.hint then
    return { problem.hint }
  end
  return { expected and "write " .. expected or nil }
end

local function problem_record(problem, root)
  return document.record("problem", {
    code = problem.code or CODES[problem.kind] or "FLOE-E501",
    message = problem.message,
    expected = problem.expected,
    actual = problem.actual,
    suggestions = document.list(suggestions_of(problem)),
    path = problem.path,
  }, problem.owner ~= nil and problem.key ~= nil and { problem.owner, problem.key } or problem.owner or root)
end

local function problem_records(problems, root)
  local out <const> = {}
  for _, problem in ipairs(problems) do
    if problem.severity == "error" then
      out[#out + 1] = problem_record(problem, root)
    end
  end
  return document.list(out)
end

-- ---- tables and columns -----------------------------------------------------------------------------------

local function string_of(value)
  if type(value) == "string" then
    return value
  elseif type(value) == "number" then
    return tostring(value)
  end
end

local function is_object(value)
  return type(value) == "userdata" and document.kind(value) == "object"
end

local function is_list(value)
  return type(value) == "userdata" and document.kind(value) == "array"
end

-- A map that keeps the order written; of two entries with one name the first counts.
local function ordered(entries)
  local seen <const>, out <const> = {}, {}
  for _, entry in ipairs(entries) do
    if not seen[entry[1]] then
      seen[entry[1]] = true
      out[#out + 1] = entry
    end
  end
  return json.object(out)
end

local function column_record(owner, name, spec, origin)
  local kind <const> = string_of(spec.logicalType) or string_of(spec.type)
  return document.record("contract_column", {
    unique_id = ("%s.%s"):format(owner, name),
    name = name,
    logical_type = kind and (shapes.simple_types[kind] or kind),
    physical_type = string_of(spec.physicalType),
    physical_name = string_of(spec.physicalName),
    description = string_of(spec.description),
    required = spec.required == true or spec.nullable == false,
    unique = spec.unique == true,
    primary_key = spec.primaryKey == true,
    classification = string_of(spec.classification),
    spec = spec,
  }, origin)
end

-- The columns of a list of properties or columns, or of a map of elements, as { name, record } in order.
local function column_entries(owner, container)
  local out <const> = {}
  local named <const> = is_list(container)
  for key, spec in pairs(is_list(container) and container or is_object(container) and container or {}) do
    local name <const> = is_object(spec) and (named and string_of(spec.name) or not named and key) or nil
    if name then
      out[#out + 1] = { name, column_record(owner, name, spec, named and spec or { container, key }) }
    end
  end
  return out
end

local function table_record(contract_id, name, spec, columns, origin)
  local unique_id <const> = ("%s.%s"):format(contract_id, name)
  return document.record("contract_table", {
    unique_id = unique_id,
    name = name,
    physical_name = string_of(spec.physicalName),
    description = string_of(spec.description),
    columns = ordered(column_entries(unique_id, columns)),
    quality = is_list(spec.quality) and spec.quality or document.list {},
    spec = spec,
  }, origin)
end

local function table_entries(contract_id, root)
  local out <const> = {}
  if is_object(root.models) then
    for name, spec in pairs(root.models) do
      if is_object(spec) then
        out[#out + 1] = { name, table_record(contract_id, name, spec, spec.elements, { root.models, name }) }
      end
    end
    return out
  end
  for _, spec in ipairs(is_list(root.schema) and root.schema or {}) do
    local name <const> = is_object(spec) and string_of(spec.name)
    if name then
      out[#out + 1] = { name, table_record(contract_id, name, spec, spec.properties or spec.columns, spec) }
    end
  end
  return out
end

-- ---- the head of a contract -------------------------------------------------------------------------------

local function owner_of(root)
  if string_of(root.owner) then
    return string_of(root.owner)
  end
  local team <const> = root.team
  if is_object(team) and string_of(team.name) then
    return string_of(team.name)
  end
  local members <const> = is_object(team) and team.members or team
  for _, member in ipairs(is_list(members) and members or {}) do
    local role <const> = is_object(member) and string_of(member.role)
    if role and role:lower() == "owner" then
      return string_of(member.username) or string_of(member.name)
    end
  end
  return nil
end

local function description_of(root)
  local value <const> = root.description
  if is_object(value) then
    return string_of(value.purpose)
  end
  return string_of(value)
end

-- Service levels as a list, from a list or from a map by property.
local function levels_of(root)
  local levels <const>, out <const> = root.slaProperties, {}
  if is_list(levels) then
    for _, level in ipairs(levels) do
      if is_object(level) then
        out[#out + 1] = { property = level.property, value = level.value, unit = level.unit, element = level.element }
      end
    end
  elseif is_object(levels) then
    for property, level in pairs(levels) do
      local full <const> = is_object(level)
      out[#out + 1] = {
        property = property,
        value = full and level.value or (not full and level or nil),
        unit = full and level.unit or nil,
        element = full and level.element or nil,
      }
    end
  end
  return document.list(out)
end

-- Which form a contract has: its shape, the name of its dialect, and the standard's version.
local function form_of(root)
  local dialect <const> = normal.dialect(root)
  if dialect ~= "odcs" then
    return shapes[dialect], dialect
  end
  local version <const> = shapes.version_of(root.apiVersion)
  return version and shapes.odcs(version) or nil, "odcs", version
end

-- Of a version that floe does not read, only the head can be judged.
local function unread_version(root)
  local problems <const> = shape.check(shapes.head, root)
  for _, problem in ipairs(problems) do
    local bare <const> = problem.path == "apiVersion" and string_of(root.apiVersion)
    if bare and shapes.version_of("v" .. bare) then
      problem.suggestions = { "v" .. bare }
    end
  end
  return problems
end

local function status_notes(root)
  local status <const> = string_of(root.status)
  if not status or shape.one_of(shapes.statuses, status:lower()) then
    return {}
  end
  local file <const>, line <const>, column <const> = document.place(root, "status")
  local near <const> = text.suggest(status, shapes.statuses)
  return {
    {
      message = ("the status '%s' is none of those that the standard names"):format(status),
      hint = near and ("did you mean '%s'?"):format(near)
        or "the standard names " .. text.list(shapes.statuses),
      file = file,
      line = line,
      column = column,
    },
  }
end

-- The classifications there are: the usual ones and those that the organisation names.
local function levels_with(more)
  local levels <const> = table.move(common.classifications, 1, #common.classifications, 1, {})
  for _, level in ipairs(more or {}) do
    if type(level) == "string" and not shape.one_of(levels, level:lower()) then
      levels[#levels + 1] = level:lower()
    end
  end
  return levels
end

local function problems_of(root, levels)
  local form <const>, dialect <const>, version <const> = form_of(root)
  local settings <const> = { version = version, levels = levels_with(levels) }
  return form and find_problems(root, form, settings) or unread_version(root), dialect
end

-- Whether a contract of the standard is recognised as right, from its plain tree.
local function is_right(root, plain, levels)
  local form <const>, dialect <const>, version <const> = form_of(root)
  if dialect ~= "odcs" or not form or not recognise.accepts(form, plain) then
    return false
  end
  local right = true
  rules.odcs(plain, { version = version, levels = levels_with(levels) }, function()
    right = false
  end)
  return right
end

--- How many problems the form of a contract has: as many as `from` finds, found in a fraction of the time where there
--- are none.
---@param root any the document's root, an object
---@param plain table the same as a plain tree (`host.document.plain(root, true)`)
---@return integer
function M.count_problems(root, plain)
  if is_right(root, plain) then
    return 0
  end
  local count = 0
  for _, problem in ipairs((problems_of(root))) do
    count = count + (problem.severity == "error" and 1 or 0)
  end
  return count
end

--- Makes a contract from a document.
---@param root any the document's root, an object
---@param path string as facts and reports show it: from the product's folder
---@param options { levels: string[]? }? classifications that the organisation names
---@return any contract the record
---@return table[] notes what is odd but not wrong: { message, hint, file, line, column }
function M.from(root, path, options)
  local levels <const> = options and options.levels
  local problems, dialect = {}, "odcs"
  if not is_right(root, document.plain(root, true), levels) then
    problems, dialect = problems_of(root, levels)
  end
  local id <const>, name <const> = string_of(root.id), string_of(root.name)
  local unique_id <const> = "contract." .. (id or name or path)
  local contract <const> = document.record("contract", {
    unique_id = unique_id,
    name = name,
    id = id,
    version = string_of(root.version),
    api_version = string_of(root.apiVersion),
    dialect = dialect,
    status = string_of(root.status),
    domain = string_of(root.domain),
    owner = owner_of(root),
    description = description_of(root),
    file = path,
    source = "file",
    conflicts = document.list {},
    tables = ordered(table_entries(unique_id, root)),
    sla = levels_of(root),
    problems = problem_records(problems, root),
    spec = root,
  }, root)
  return contract, status_notes(root)
end

-- A file that is no contract at all still stands for one, so that the policy on forms can report it.
local function unreadable(path, err)
  local unique_id <const> = "contract." .. path
  local problem <const> = document.record("problem", {
    code = "FLOE-E509",
    message = err.message,
    expected = "a data contract in YAML or JSON",
    actual = "a file that is none",
    suggestions = document.list { "correct the place that is named; `floe contract import` begins a new contract" },
  })
  return document.record("contract", {
    unique_id = unique_id,
    dialect = "odcs",
    file = path,
    source = "file",
    conflicts = document.list {},
    tables = json.object {},
    sla = document.list {},
    problems = document.list { problem },
    spec = json.object {},
  })
end

---@class floe.contract.read
---@field contract any the record
---@field notes table[] what is odd but not wrong: { message, hint, file, line, column }
---@field broken table? where the file cannot be read as YAML or JSON: { file, line, column, message }

--- Reads a contract's file. `name` is the path that its fact carries: a contract is the same one, whichever folder
--- floe was started in.
---@param path string
---@param options { levels: string[]?, name: string? }?
---@return floe.contract.read? nil where the file itself cannot be opened
---@return table? error
function M.read(path, options)
  local format <const> = path:lower():find("%.json$") and "json" or "yaml"
  local root <const>, err <const> = document.read(path, { format = format, dialect = "core" })
  if root == nil and err and err.code ~= "invalid" and err.code ~= "limit" then
    return nil, err
  end
  local broken = err
  if not broken and not is_object(root) then
    local found <const> = root == nil and "nothing" or shape.describe(root)
    broken = { message = ("a data contract is an object, this file holds %s"):format(found), file = path, line = 1 }
  end
  local name <const> = options and options.name or path
  if broken then
    return { contract = unreadable(name, broken), notes = {}, broken = broken }
  end
  local contract <const>, notes <const> = M.from(root, name, options)
  return { contract = contract, notes = notes }
end

return M
