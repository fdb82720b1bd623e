-- What an entry of a properties file needs so that it says what a contract says of a table or a column: edits, and
-- what has to be refused.

local dbt <const> = require "contract.export.dbt"
local from_dbt <const> = require "contract.from_dbt"
local types <const> = require "contract.types"

local M = {}

---@class floe.sync.edit: floe.edit
---@field says string what is done, in words
---@field refusal string what is said where it cannot be done

---@class floe.sync.entry
---@field path any[] where it stands in its file
---@field plain table what it says
---@field what string what people call it
---@field edits floe.sync.edit[]
---@field refused { message: string, path: any[], key: string? }[]
local entry <const> = {}
entry.__index = entry

--- Collects what the entry at a path needs.
---@param path any[]
---@param plain table
---@param what string
---@return floe.sync.entry
function M.entry(path, plain, what)
  return setmetatable({ path = path, plain = plain, what = what, edits = {}, refused = {} }, entry)
end

--- A path and what follows it.
---@param path any[]
---@return any[]
function M.below(path, ...)
  local out <const> = table.move(path, 1, #path, 1, {})
  return table.move({ ... }, 1, select("#", ...), #out + 1, out)
end

function entry:edit(step, says, refusal)
  self.edits[#self.edits + 1] = { steps = { step }, says = ("%s: %s"):format(self.what, says),
    refusal = ("%s: %s"):format(self.what, refusal) }
end

function entry:refuse(message, key)
  self.refused[#self.refused + 1] = { message = ("%s: %s"):format(self.what, message), path = self.path, key = key }
end

-- Where new members stand.
local BEHIND <const> = {
  description = { "name", "v" },
  data_type = { "name", "description" },
  config = { "name", "description", "data_type" },
  data_tests = { "name", "description", "data_type", "config" },
}

-- Sets a text where it differs.
function entry:set(path, owner, key, value)
  local before <const> = owner[key]
  self:edit({ kind = before == nil and "add" or "set", path = path, key = key, value = value, after = BEHIND[key] },
    before == nil and key .. " added" or key == "description" and "description changed"
      or ("%s %s → %s"):format(key, tostring(before), value),
    ("%s cannot be written safely; write %s yourself"):format(key,
      key == "description" and "it" or ("'%s'"):format(value)))
end

-- ---- description ------------------------------------------------------------------------------------------

-- A text without what only its layout brought.
local function tidy(text)
  local out <const> = text:gsub("\r\n?", "\n"):gsub("[ \t]+\n", "\n"):gsub("^%s+", ""):gsub("%s+$", "")
  return out
end

local function words(value)
  return type(value) == "string" and tidy(value):gsub("%s+", " ") or ""
end

local function is_jinja(value)
  return type(value) == "string" and value:find("{[{%%#]") ~= nil
end

--- Sets the description. One that differs only in where its lines break is left, and one that calls doc().
---@param wanted any
function entry:describe(wanted)
  local current <const> = self.plain.description
  if type(wanted) ~= "string" or words(wanted) == words(current) or is_jinja(current) then
    return
  elseif is_jinja(wanted) then
    self:refuse("the contract's description holds '{{', '{%' or '{#', which dbt takes for Jinja")
    return
  end
  self:set(self.path, self.plain, "description", tidy(wanted))
end

--- A description as it may be written; nil for none, and for one that dbt would take for Jinja.
---@param wanted any
---@return string?
function M.description(wanted)
  local text <const> = type(wanted) == "string" and tidy(wanted) or ""
  return text ~= "" and not is_jinja(text) and text or nil
end

-- ---- type and classification ------------------------------------------------------------------------------

local function same_type(property, current)
  if type(current) ~= "string" then
    return false
  elseif type(property.physicalType) == "string" then
    return types.relation(types.physical(current), types.physical(property.physicalType)) == "same"
  end
  return from_dbt.logical_type(current) == property.logicalType
end

local function descend(value, path)
  for _, key in ipairs(path) do
    value = type(value) == "table" and value[key] or nil
  end
  return type(value) == "table" and value or nil
end

-- Where a column's classification may stand: the object that holds it, as a path from the column.
local PLACES <const> = { { "config", "meta" }, { "meta" }, { "config", "meta", "floe" }, { "meta", "floe" } }

-- The object that holds the classification, else the one that should, as a path from the column; nil for neither.
local function holder_of(plain)
  for _, path in ipairs(PLACES) do
    local holder <const> = descend(plain, path)
    if holder and holder.classification ~= nil then
      return path, holder
    end
  end
  for _, path in ipairs { PLACES[1], PLACES[2] } do
    local holder <const> = descend(plain, path)
    if holder then
      return path, holder
    end
  end
  return nil
end

function entry:classify(wanted)
  if type(wanted) ~= "string" then
    return
  end
  local path <const>, holder <const> = holder_of(self.plain)
  if holder then
    if holder.classification ~= wanted then
      self:set(M.below(self.path, table.unpack(path)), holder, "classification", wanted)
    end
    return
  end
  local meta <const> = { classification = wanted }
  local inside <const> = self.plain.config ~= nil
  self:edit({
    kind = "add", path = inside and M.below(self.path, "config") or self.path, key = inside and "meta" or "config",
    value = inside and meta or { meta = meta }, after = not inside and BEHIND.config or nil,
  }, ("classification %s added"):format(wanted),
    ("the classification cannot be written safely; write '%s' yourself"):format(wanted))
end

-- ---- tests ------------------------------------------------------------------------------------------------

local function test_name(test)
  if type(test) == "table" then
    return test.test_name or (next(test))
  end
  return test
end

local function find_test(list, name)
  for _, test in ipairs(list) do
    if test_name(test) == name then
      return test
    end
  end
  return nil
end

local function has_constraint(plain, kind)
  for _, constraint in ipairs(type(plain.constraints) == "table" and plain.constraints or {}) do
    if type(constraint) == "table" and constraint.type == kind then
      return true
    end
  end
  return false
end

-- The values of an accepted_values test, whichever way they are written.
local function values_of(test)
  local inner <const> = type(test) == "table" and type(test.accepted_values) == "table" and test.accepted_values or {}
  return type(inner.arguments) == "table" and inner.arguments.values or inner.values
end

local function same_values(a, b)
  local seen <const> = {}
  for _, value in ipairs(type(a) == "table" and a or {}) do
    seen[tostring(value)] = true
  end
  for _, value in ipairs(b) do
    if not seen[tostring(value)] then
      return false
    end
  end
  return type(a) == "table" and #a == #b
end

--- The tests that a property asks for. dbt before 1.10 has no `arguments` below a test.
---@param property table
---@param is_key boolean
---@param old_arguments boolean
---@return any[]
function M.tests(property, is_key, old_arguments)
  local tests <const> = dbt.tests(property, is_key)
  for index, test in ipairs(old_arguments and tests or {}) do
    if type(test) == "table" then
      tests[index] = { accepted_values = { values = values_of(test) } }
    end
  end
  return tests
end

function entry:missing_tests(key, wanted)
  local list <const>, out <const> = type(self.plain[key]) == "table" and self.plain[key] or {}, {}
  for _, test in ipairs(wanted) do
    local name <const> = test_name(test)
    local there <const> = find_test(list, name)
    if there and name == "accepted_values" and not same_values(values_of(there), values_of(test)) then
      self:refuse(("the accepted values differ from the contract's: %s"):format(table.concat(values_of(test), ", ")),
        key)
    elseif not there and not has_constraint(self.plain, name) then
      out[#out + 1] = test
    end
  end
  return out
end

-- The names of tests in a sentence.
local function names_of(tests)
  local out <const> = {}
  for index, test in ipairs(tests) do
    out[index] = test_name(test)
  end
  return table.concat(out, ", ")
end

function entry:add_test(step, names)
  local word <const> = names:find(",", 1, true) and "tests" or "test"
  self:edit(step, ("%s %s added"):format(word, names),
    ("the %s %s cannot be written safely; write what is missing"):format(word, names))
end

function entry:test(wanted)
  local key <const> = self.plain.data_tests ~= nil and "data_tests" or self.plain.tests ~= nil and "tests"
    or "data_tests"
  local missing <const> = self:missing_tests(key, wanted)
  if self.plain[key] ~= nil then
    for index = #missing, 1, -1 do
      self:add_test({ kind = "prepend", path = M.below(self.path, key), value = missing[index] },
        test_name(missing[index]))
    end
  elseif #missing > 0 then
    self:add_test({ kind = "add", path = self.path, key = key, value = missing, after = BEHIND.data_tests },
      names_of(missing))
  end
end

-- ---- a column ---------------------------------------------------------------------------------------------

--- What a column's entry needs.
---@param property table
---@param is_key boolean it is the only column of the primary key
---@param old_arguments boolean
function entry:column(property, is_key, old_arguments)
  self:describe(property.description)
  local wanted <const> = dbt.data_type(property)
  if wanted and not same_type(property, self.plain.data_type) then
    self:set(self.path, self.plain, "data_type", wanted)
  end
  self:classify(property.classification)
  self:test(M.tests(property, is_key, old_arguments))
end

--- The entry of a column that is not there yet.
---@param property table
---@param is_key boolean
---@param old_arguments boolean
---@return table
function M.new(property, is_key, old_arguments)
  local tests <const> = M.tests(property, is_key, old_arguments)
  return {
    name = dbt.column_name(property),
    description = M.description(property.description),
    data_type = dbt.data_type(property),
    config = type(property.classification) == "string" and { meta = { classification = property.classification } }
      or nil,
    data_tests = #tests > 0 and tests or nil,
  }
end

--- Makes edits in a copy of an entry, as they would be made in its file.
---@param copy table
---@param edits floe.sync.edit[]
---@param depth integer how long the entry's own path is
---@return table copy
function M.make(copy, edits, depth)
  for _, edit in ipairs(edits) do
    for _, step in ipairs(edit.steps) do
      local owner = copy
      for index = depth + 1, #step.path do
        owner = owner[step.path[index]]
      end
      if step.kind == "prepend" then
        table.insert(owner, 1, step.value)
      else
        owner[step.key] = step.value
      end
    end
  end
  return copy
end

return M
