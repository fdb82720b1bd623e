-- What a contract says and the properties files of a dbt project do not say yet: descriptions, types, tests and
-- classifications of columns, and columns that are missing. Nothing is ever taken out of a file.

local dbt <const> = require "contract.export.dbt"
local document <const> = require "host.document"
local editors <const> = require "contract.sync.editor"
local files <const> = require "host.files"
local from_dbt <const> = require "contract.from_dbt"
local owners <const> = require "floe.contract"
local types <const> = require "contract.types"

local M = {}

---@class floe.sync.file
---@field path string
---@field before string
---@field after string? nil where the edits cannot be made
---@field changes string[] in words

---@class floe.sync.plan
---@field files floe.sync.file[]
---@field refused { message: string, file: string?, line: integer?, column: integer? }[]

local Sync = {}
Sync.__index = Sync

function Sync:refuse(message, view, key)
  local one <const> = { message = message }
  if view ~= nil then
    one.file, one.line, one.column = document.place(view, key)
  end
  self.refused[#self.refused + 1] = one
end

function Sync:done(message)
  local changes <const> = self.file.changes
  changes[#changes + 1] = message
end

-- ---- files ------------------------------------------------------------------------------------------------

function Sync:open(path)
  local known <const> = self.opened[path]
  if known ~= nil then
    return known or nil
  end
  local text <const>, err <const> = files.read(path)
  local editor, wrong
  if text then
    editor, wrong = editors.open(path, text)
  end
  if not editor then
    self.refused[#self.refused + 1] = err or wrong
    self.opened[path] = false
    return nil
  end
  local file <const> = { path = path, before = text, changes = {}, editor = editor }
  self.opened[path] = file
  self.files[#self.files + 1] = file
  return file
end

-- ---- columns ----------------------------------------------------------------------------------------------

local function plain_text(value)
  return type(value) == "string" and (value:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")) or nil
end

local function is_jinja(value)
  return type(value) == "string" and (value:find("{{", 1, true) or value:find("{%%")) ~= nil
end

-- Sets a text where it differs: in the place of the old one, else behind `after`.
function Sync:set(view, plain, key, value, after, what)
  local before <const> = plain[key]
  local ok
  if before == nil then
    ok = self.file.editor:add(view, plain, key, value, after)
  else
    ok = self.file.editor:replace(view, plain, key, value)
  end
  if ok then
    self:done(before == nil and ("%s: %s added"):format(what, key)
      or key == "description" and ("%s: description changed"):format(what)
      or ("%s: %s %s → %s"):format(what, key, tostring(before), value))
  else
    self:refuse(("%s: %s cannot be written safely; write %s yourself"):format(what, key,
      key == "description" and "it" or ("'%s'"):format(value)), view, before ~= nil and key or nil)
  end
end

function Sync:describe(view, plain, wanted, after, what)
  if type(wanted) ~= "string" or plain_text(plain.description) == plain_text(wanted) or is_jinja(plain.description) then
    return
  end
  self:set(view, plain, "description", plain_text(wanted), after, what)
end

local function same_type(property, current)
  if type(current) ~= "string" then
    return false
  elseif type(property.physicalType) == "string" then
    return types.relation(types.physical(current), types.physical(property.physicalType)) == "same"
  end
  return from_dbt.logical_type(current) == property.logicalType
end

-- Where a column's classification stands: the object that holds it, as a path from the column.
local PLACES <const> = { { "config", "meta" }, { "meta" }, { "config", "meta", "floe" }, { "meta", "floe" } }

local function descend(value, path)
  for _, key in ipairs(path) do
    local kind <const> = type(value)
    if kind ~= "table" and kind ~= "userdata" then
      return nil
    end
    value = value[key]
  end
  local kind <const> = type(value)
  return (kind == "table" or kind == "userdata") and value or nil
end

function Sync:classify(view, plain, wanted, what)
  if type(wanted) ~= "string" then
    return
  end
  for _, path in ipairs(PLACES) do
    local holder <const> = descend(plain, path)
    if holder and holder.classification ~= nil then
      if holder.classification ~= wanted then
        self:set(descend(view, path), holder, "classification", wanted, {}, what)
      end
      return
    end
  end
  local meta <const> = descend(plain, { "config", "meta" }) and { "config", "meta" } or plain.meta and { "meta" }
  if meta then
    self:set(descend(view, meta), descend(plain, meta), "classification", wanted, {}, what)
    return
  end
  local editor <const> = self.file.editor
  local ok
  if plain.config ~= nil then
    ok = document.kind(view.config) == "object"
      and editor:add(view.config, plain.config, "meta", { classification = wanted }, {})
  else
    ok = editor:add(view, plain, "config", { meta = { classification = wanted } },
      { "name", "description", "data_type" })
  end
  if ok then
    self:done(("%s: classification %s added"):format(what, wanted))
  else
    self:refuse(("%s: the classification cannot be written safely; write '%s' yourself"):format(what, wanted), view)
  end
end

local function test_name(test)
  if type(test) == "table" then
    return test.test_name or (next(test))
  end
  return test
end

local function has_test(list, name)
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
  local count = 0
  for _, value in ipairs(b) do
    if not seen[tostring(value)] then
      return false
    end
    count = count + 1
  end
  return type(a) == "table" and #a == count
end

function Sync:missing_tests(view, plain, key, wanted, what)
  local list <const>, out <const> = type(plain[key]) == "table" and plain[key] or {}, {}
  for _, test in ipairs(wanted) do
    local name <const> = test_name(test)
    local there <const> = has_test(list, name)
    if there and name == "accepted_values" and not same_values(values_of(there), values_of(test)) then
      self:refuse(("%s: the accepted values differ from the contract's: %s"):format(what,
        table.concat(values_of(test), ", ")), view, key)
    elseif not there and not has_constraint(plain, name) then
      out[#out + 1] = test
    end
  end
  return out
end

function Sync:test(view, plain, property, is_key, what)
  local key <const> = plain.data_tests ~= nil and "data_tests" or plain.tests ~= nil and "tests" or "data_tests"
  local missing <const> = self:missing_tests(view, plain, key, self:tests_of(property, is_key), what)
  if #missing == 0 then
    return
  end
  local editor <const>, ok = self.file.editor, true
  if plain[key] == nil then
    ok = editor:add(view, plain, key, missing, { "name", "description", "data_type" })
  else
    for index = #missing, 1, -1 do
      ok = ok and document.kind(view[key]) == "array" and editor:prepend(view[key], plain[key], missing[index])
    end
  end
  for _, test in ipairs(missing) do
    if ok then
      self:done(("%s: test %s added"):format(what, test_name(test)))
    else
      self:refuse(("%s: the test %s cannot be written safely; write it yourself"):format(what, test_name(test)), view)
    end
  end
end

-- dbt before 1.10 has no `arguments` below a test.
function Sync:tests_of(property, is_key)
  local tests <const> = dbt.tests(property, is_key)
  for index, test in ipairs(self.old_arguments and tests or {}) do
    if type(test) == "table" then
      tests[index] = { accepted_values = { values = values_of(test) } }
    end
  end
  return tests
end

function Sync:column(view, plain, property, is_key, what)
  self:describe(view, plain, property.description, { "name" }, what)
  local wanted <const> = dbt.data_type(property)
  if wanted and not same_type(property, plain.data_type) then
    self:set(view, plain, "data_type", wanted, { "name", "description" }, what)
  end
  self:classify(view, plain, property.classification, what)
  self:test(view, plain, property, is_key, what)
end

-- ---- models -----------------------------------------------------------------------------------------------

local ORDER <const> = { "name", "description", "data_type", "config", "data_tests", "columns" }

local function column_entry(self, property, is_key)
  local tests <const> = self:tests_of(property, is_key)
  return {
    name = dbt.column_name(property),
    description = plain_text(property.description),
    data_type = dbt.data_type(property),
    config = type(property.classification) == "string" and { meta = { classification = property.classification } }
      or nil,
    data_tests = #tests > 0 and tests or nil,
  }
end

local function find_column(list, name)
  for index, column in ipairs(list) do
    if type(column) == "table" and type(column.name) == "string" and column.name:lower() == name:lower() then
      return index
    end
  end
  return nil
end

function Sync:columns(view, plain, object)
  local key_size <const> = dbt.key_size(object)
  local list <const>, missing <const> = type(plain.columns) == "table" and plain.columns or {}, {}
  for _, property in ipairs(object.properties or {}) do
    local name <const> = property.name and dbt.column_name(property)
    local is_key <const> = property.primaryKey == true and key_size == 1
    local index <const> = name and find_column(list, name)
    if index then
      self:column(view.columns[index], list[index], property, is_key, ("%s.%s"):format(plain.name, name))
    elseif name then
      missing[#missing + 1] = column_entry(self, property, is_key)
    end
  end
  if #missing == 0 then
    return
  end
  local editor <const>, ok = self.file.editor, true
  if plain.columns == nil then
    ok = editor:add_list(view, plain, "columns", missing, ORDER)
  else
    for _, column in ipairs(missing) do
      ok = ok and document.kind(view.columns) == "array" and editor:append(view.columns, plain.columns, column, ORDER)
    end
  end
  for _, column in ipairs(missing) do
    local what <const> = ("%s.%s"):format(plain.name, column.name)
    if ok then
      self:done(what .. ": column added")
    else
      self:refuse(what .. ": the column cannot be added safely; write it yourself", view)
    end
  end
end

local function entry_of(root, plain, name)
  for index, entry in ipairs(type(plain.models) == "table" and plain.models or {}) do
    if type(entry) == "table" and entry.name == name then
      return root.models[index], entry
    end
  end
  return nil
end

function Sync:object(object, project, contract)
  local subject <const> = { name = object.name, physical_name = object.physicalName }
  local model <const> = owners.model_of({ output_ports = {}, project = project }, contract, subject)
  if model == nil or not model.own then
    self:refuse(("no model of the dbt project '%s' makes the table '%s'"):format(project.name, object.name))
    return
  elseif model.version ~= nil then
    self:refuse(("'%s' has versions: its properties file is for you to write"):format(model.name))
    return
  elseif not model.patch_file then
    self:refuse(("'%s' has no properties file yet; 'floe contract export --format dbt' begins one"):format(model.name))
    return
  end
  local file <const> = self:open(files.normalize(files.join(project.root, model.patch_file)))
  if not file then
    return
  end
  self.file = file
  local view <const>, plain <const> = entry_of(file.editor.root, file.editor.tree, model.name)
  if not view then
    self:refuse(("'%s' has no entry for the model '%s'"):format(file.path, model.name))
    return
  end
  self:describe(view, plain, object.description, { "name" }, model.name)
  self:columns(view, plain, object)
end

--- Plans what to write into a project's properties files.
---@param normal floe.contract.normal
---@param project any the dbt project's fact
---@param contract any the contract's record
---@return floe.sync.plan
function M.make(normal, project, contract)
  local minor <const> = type(project.dbt_rules) == "string" and tonumber(project.dbt_rules:match("^1%.(%d+)"))
  local self <const> = setmetatable({ files = {}, refused = {}, opened = {}, old_arguments = minor and minor < 10 },
    Sync)
  for _, object in ipairs(normal.schema or {}) do
    if object.name then
      self:object(object, project, contract)
    end
  end
  local out <const> = {}
  for _, file in ipairs(self.files) do
    if #file.changes > 0 then
      file.after = file.editor:finish()
      if not file.after then
        self:refuse(("'%s' cannot be edited safely: it would not say what it should; nothing in it was changed"):format(
          file.path))
      end
      out[#out + 1] = file.after and file or nil
    end
  end
  return { files = out, refused = self.refused }
end

return M
