-- What a contract says and the properties files of a dbt project do not say yet: descriptions, types, tests and
-- classifications of columns, columns that are missing, and models that no file describes. Nothing that a file says is
-- ever taken out of it.

local columns <const> = require "contract.sync.column"
local dbt <const> = require "contract.export.dbt"
local document <const> = require "host.document"
local editors <const> = require "contract.sync.editor"
local files <const> = require "host.files"
local owners <const> = require "floe.contract"
local versions <const> = require "contract.sync.version"
local yaml <const> = require "yaml"

local M = {}

---@class floe.sync.file
---@field path string
---@field before string? nil: the file is new
---@field after string
---@field changes string[] in words

---@class floe.sync.plan
---@field files floe.sync.file[]
---@field refused { message: string, file: string?, line: integer?, column: integer? }[]

local Sync = {}
Sync.__index = Sync

local ORDER <const> = {
  "version", "models", "include", "exclude", "name", "v", "description", "data_type", "config", "data_tests", "columns",
}

-- ---- files ------------------------------------------------------------------------------------------------

function Sync:refuse(message, view, key)
  local one <const> = { message = message }
  if view ~= nil then
    one.file, one.line, one.column = document.place(view, key)
  end
  self.refused[#self.refused + 1] = one
end

-- The folder that everything is below: that of the repository, else that of the project.
local function boundary_of(root)
  local folder = files.real(root) or files.absolute(root)
  local project <const> = folder
  while not files.exists(files.join(folder, ".git")) do
    local above <const> = files.dirname(folder)
    if above == folder then
      return project
    end
    folder = above
  end
  return folder
end

-- Why a file must not be written; nil where it may be.
function Sync:forbidden(path)
  local there <const> = files.exists(path)
  local real <const> = files.real(there and path or files.dirname(path))
  local boundary <const> = self.boundary
  if not real then
    return ("the folder of '%s' is not there"):format(path)
  elseif real ~= boundary and real:sub(1, #boundary + 1) ~= boundary .. "/" then
    return ("'%s' leads out of the repository, to '%s'"):format(path, real)
  elseif there and not files.is_writable(path) then
    return ("'%s' is read-only"):format(path)
  end
  return nil
end

local function read(path)
  local text <const>, err <const> = files.read(path)
  if not text then
    return nil, err
  end
  local editor <const>, wrong <const> = editors.open(path, text)
  if not editor then
    return nil, wrong
  elseif type(editor.tree) ~= "table" then
    return nil, { file = path, message = ("'%s' is no properties file: it holds %s"):format(path,
      editor.tree == nil and "nothing" or "a single value") }
  end
  return { path = path, before = text, changes = {}, edits = {}, root = editor.root, plain = editor.tree }
end

-- A file that is there; nil where it cannot be edited, which is told once.
function Sync:open(path)
  local known <const> = self.opened[path]
  if known ~= nil then
    return known or nil
  end
  local why <const> = self:forbidden(path)
  local file, err
  if not why then
    file, err = read(path)
  end
  self.opened[path] = file or false
  if not file then
    self.refused[#self.refused + 1] = err or { message = why }
    return nil
  end
  self.files[#self.files + 1] = file
  return file
end

-- ---- models -----------------------------------------------------------------------------------------------

local function judge(self, property, is_key, what)
  return function(path, column)
    local entry <const> = columns.entry(path, column, what)
    entry:column(property, is_key, self.old_arguments)
    return entry
  end
end

-- Takes over what an entry needs.
function Sync:take(entry)
  table.move(entry.edits, 1, #entry.edits, #self.file.edits + 1, self.file.edits)
  self:take_refused(entry)
end

function Sync:take_refused(entry)
  for _, one in ipairs(entry.refused) do
    local view = self.file.root
    for _, key in ipairs(one.path) do
      view = view[key]
    end
    self:refuse(one.message, view, one.key)
  end
end

-- The columns of an object, each with whether it is the key: { property, is_key, what }.
local function properties_of(object, what)
  local key_size <const>, out <const> = dbt.key_size(object), {}
  for _, property in ipairs(object.properties or {}) do
    if property.name then
      out[#out + 1] = { property, property.primaryKey == true and key_size == 1,
        ("%s.%s"):format(what, dbt.column_name(property)) }
    end
  end
  return out
end

local function edit(steps, says, refusal)
  return { steps = steps, says = says, refusal = refusal }
end

-- The edits for columns that a list does not have.
local function missing_edits(path, plain, missing)
  if plain.columns == nil or type(plain.columns) == "table" and next(plain.columns) == nil then
    local list <const>, names <const> = {}, {}
    for index, one in ipairs(missing) do
      list[index], names[index] = one.column, one.column.name
    end
    local plural <const> = #list == 1 and "column" or "columns"
    return { edit({ { kind = "extend", path = path, key = "columns", value = list, order = ORDER } },
      ("%s: %s %s added"):format(plain.name, plural, table.concat(names, ", ")),
      ("%s: the %s %s cannot be added safely; write them yourself"):format(plain.name, plural,
        table.concat(names, ", "))) }
  end
  local out <const> = {}
  for index, one in ipairs(missing) do
    out[index] = edit({ { kind = "append", path = columns.below(path, "columns"), value = one.column, order = ORDER } },
      one.what .. ": column added", one.what .. ": the column cannot be added safely; write it yourself")
  end
  return out
end

function Sync:model(path, plain, object)
  local entry <const> = columns.entry(path, plain, plain.name)
  entry:describe(object.description)
  self:take(entry)
  local list <const>, missing <const> = type(plain.columns) == "table" and plain.columns or {}, {}
  for _, row in ipairs(properties_of(object, plain.name)) do
    local property <const>, is_key <const>, what <const> = table.unpack(row)
    local index <const> = versions.find_column(list, dbt.column_name(property))
    if index then
      self:take(judge(self, property, is_key, what)(columns.below(path, "columns", index), list[index]))
    else
      missing[#missing + 1] = { column = columns.new(property, is_key, self.old_arguments), what = what }
    end
  end
  if #missing > 0 then
    local edits <const> = missing_edits(path, plain, missing)
    table.move(edits, 1, #edits, #self.file.edits + 1, self.file.edits)
  end
end

-- A version says what differs from the model's other versions.
function Sync:version(path, plain, position, object)
  local version <const> = plain.versions[position]
  local what <const>, own_path <const> = ("%s.v%s"):format(plain.name, version.v),
    columns.below(path, "versions", position)
  local said <const> = version.description ~= nil and version.description ~= "" and version or
    { description = plain.description }
  local entry <const> = columns.entry(own_path, said, what)
  entry:describe(object.description)
  if said ~= version and entry.edits[1] then
    entry.edits[1].steps[1].kind = version.description == nil and "add" or "set"
  end
  self:take(entry)
  local list <const>, excluded <const>, names <const> = {}, {}, {}
  for _, row in ipairs(properties_of(object, what)) do
    local property <const>, is_key <const>, column_what <const> = table.unpack(row)
    local found <const>, copy <const> = versions.column(path, plain, position, property,
      judge(self, property, is_key, column_what))
    if copy and versions.is_picky(version) then
      self:take_refused(found)
      self:refuse(("%s: the column is shared with other versions and included by its name; write it yourself"):format(
        column_what), self.file.root.models[path[2]].versions[position])
    elseif copy or not found then
      list[#list + 1] = copy or columns.new(property, is_key, self.old_arguments)
      excluded[#excluded + 1] = copy and copy.name or nil
      names[#names + 1] = dbt.column_name(property)
      if found then
        self:take_refused(found)
      end
    else
      self:take(found)
    end
  end
  if #list > 0 then
    local words <const> = table.concat(names, ", ")
    local edits <const> = self.file.edits
    edits[#edits + 1] = edit(versions.own(own_path, version, list, excluded, ORDER),
      ("%s: gets %s of its own: %s"):format(what, #list == 1 and "a column" or "columns", words),
      ("%s: columns of its own cannot be added safely; write them yourself: %s"):format(what, words))
  end
end

-- The place of a model's entry in a file.
local function find_entry(file, name)
  for index, entry in ipairs(type(file.plain.models) == "table" and file.plain.models or {}) do
    if type(entry) == "table" and entry.name == name then
      return index, entry
    end
  end
  return nil
end

-- ---- models that no file describes ------------------------------------------------------------------------

local function new_entry(self, model, object)
  local list <const> = {}
  for index, row in ipairs(properties_of(object, model.name)) do
    list[index] = columns.new(row[1], row[2], self.old_arguments)
  end
  return {
    name = model.name, description = columns.description(object.description), columns = #list > 0 and list or nil,
  }
end

-- The properties file that describes the other models of a model's folder, where there is one and lies beside them.
local function file_beside(project, model)
  local folder <const> = files.dirname(model.file)
  local found
  for _, other in ipairs(project.models) do
    local patch <const> = other.own and files.dirname(other.file) == folder and other.patch_file
    if patch and files.dirname(patch) == folder and patch ~= found then
      if found then
        return nil
      end
      found = patch
    end
  end
  return found
end

-- A properties file that dbt refuses may describe the model: nobody knows.
local function unread_file(project)
  for _, problem in ipairs(project.problems) do
    local refused <const> = problem.severity == "error" or problem.severity == "unread"
    if refused and problem.file and problem.file:find("%.ya?ml$") then
      return problem
    end
  end
  return nil
end

function Sync:describe_new(project, model, object)
  local broken <const> = unread_file(project)
  if broken then
    self.refused[#self.refused + 1] = {
      message = ("'%s' may be described in a file that dbt refuses: %s"):format(model.name, broken.message),
      file = files.normalize(files.join(project.root, broken.file)), line = broken.line, column = broken.column,
    }
    return
  end
  local name <const> = file_beside(project, model) or (model.file:gsub("%.[^./]*$", "") .. ".yml")
  local path <const> = files.normalize(files.join(project.root, name))
  local entry <const> = new_entry(self, model, object)
  local says <const> = ("%s: described"):format(model.name)
  local made <const> = self.opened[path]
  if made and not made.before then
    made.models[#made.models + 1] = entry
    made.changes[#made.changes + 1] = says
  elseif files.exists(path) then
    local file <const> = self:open(path)
    if not file then
      return
    elseif find_entry(file, model.name) then
      self:refuse(("'%s' describes '%s', which the facts do not know: let dbt parse the project again"):format(path,
        model.name))
      return
    end
    local step <const> = file.plain.models ~= nil
      and { kind = "append", path = { "models" }, value = entry, order = ORDER }
      or { kind = "extend", path = {}, key = "models", value = { entry }, order = ORDER }
    file.edits[#file.edits + 1] = edit({ step }, says,
      ("%s: the model cannot be added to '%s' safely; write it yourself"):format(model.name, path))
  else
    local why <const> = self:forbidden(path)
    if why then
      self:refuse(why)
      return
    end
    self.opened[path] = { path = path, changes = { says }, models = { entry } }
    self.files[#self.files + 1] = self.opened[path]
  end
end

-- ---- all of it --------------------------------------------------------------------------------------------

function Sync:object(object, project, contract)
  local subject <const> = { name = object.name, physical_name = object.physicalName }
  local model <const> = owners.model_of({ output_ports = {}, project = project }, contract, subject)
  if model == nil or not model.own then
    self:refuse(("no model of the dbt project '%s' makes the table '%s'"):format(project.name, object.name))
    return
  elseif not model.patch_file then
    self:describe_new(project, model, object)
    return
  end
  local file <const> = self:open(files.normalize(files.join(project.root, model.patch_file)))
  if not file then
    return
  end
  self.file = file
  local index <const>, plain <const> = find_entry(file, model.name)
  local position <const> = index and model.version ~= nil and versions.find(plain, model.version)
  if not index or model.version ~= nil and not position then
    self:refuse(("'%s' has no entry for the model '%s'%s"):format(file.path, model.name,
      index and (" in version %s"):format(model.version) or ""))
  elseif position then
    self:version({ "models", index }, plain, position, object)
  else
    self:model({ "models", index }, plain, object)
  end
end

-- The text of a file with its edits; what cannot be made is refused.
function Sync:finish(file)
  if not file.before then
    file.after = yaml.write({ version = 2, models = file.models }, ORDER)
    return
  end
  local after <const>, refused <const> = editors.apply(file.path, file.before, file.edits)
  local left <const> = {}
  for _, one in ipairs(after and refused or {}) do
    left[one] = true
    local step <const> = one.steps[1]
    local view = file.root
    for _, key in ipairs(step.path) do
      view = view and view[key]
    end
    self:refuse(one.refusal, document.kind(view) and view or nil, step.kind == "set" and step.key or nil)
  end
  for _, one in ipairs(file.edits) do
    file.changes[#file.changes + 1] = not left[one] and one.says or nil
  end
  file.after = after
end

--- Plans what to write into a project's properties files.
---@param normal floe.contract.normal
---@param project any the dbt project's fact
---@param contract any the contract's record
---@return floe.sync.plan
function M.make(normal, project, contract)
  local minor <const> = type(project.dbt_rules) == "string" and tonumber(project.dbt_rules:match("^1%.(%d+)"))
  local self <const> = setmetatable({ files = {}, refused = {}, opened = {}, old_arguments = minor and minor < 10,
    boundary = boundary_of(project.root) }, Sync)
  for _, object in ipairs(normal.schema or {}) do
    if object.name then
      self:object(object, project, contract)
    end
  end
  local out <const> = {}
  for _, file in ipairs(self.files) do
    self:finish(file)
    if file.after and file.after ~= file.before then
      out[#out + 1] = file
    end
  end
  return { files = out, refused = self.refused }
end

return M
