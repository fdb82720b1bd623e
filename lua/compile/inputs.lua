-- What a product was compiled from: every file that floe or dbt reads, with its digest. The list is the same whether
-- dbt ran or floe read the sources itself, and it can be made again in milliseconds: a file whose size and time of
-- writing are those of a digest that is kept is not read again.

local digest <const> = require "host.digest"
local document <const> = require "host.document"
local environment <const> = require "compile.environment"
local files <const> = require "host.files"
local json <const> = require "host.json"
local set <const> = require "floe.set"
local system <const> = require "host.system"
local tree <const> = require "phase.tree"

local M = {}

--- Where digests are kept, below the product's folder. It may be deleted at any time.
M.cache_path = ".floe/cache/inputs.json"

local CACHE_SCHEMA <const> = "floe.dev/input-digests/v2"

-- Settings of dbt_project.yml that name folders with files of the project, and what dbt takes without them.
local RESOURCE_PATHS <const> = {
  { "model-paths", "models" }, { "seed-paths", "seeds" }, { "snapshot-paths", "snapshots" },
  { "macro-paths", "macros" }, { "test-paths", "tests" }, { "analysis-paths", "analyses" }, { "docs-paths" },
  { "asset-paths" }, { "function-paths", "functions" },
}

local LARGEST_TEXT <const>, MOST_FILES <const> = 1 << 20, 200000

-- A file that was written this short a time before a run may have been written again since within the resolution of
-- the file system's clock.
local RACY <const> = 2 * 1000 * 1000 * 1000

-- When this run began, before it read anything. What is written later may be newer than what was read of it, so that
-- its digest is no good the next time.
local BEGIN <const> = system.nanoseconds()

---@class floe.inputs.scope where the inputs of a product are
---@field root string the product's folder
---@field project string the folder of its dbt project
---@field bundles string[] folders of bundles
---@field files string[] further files: manifests of platforms, files that were named
---@field unused string? a file that nobody renders: a profiles.yml in whose place another one is used
---@field entries table[]? what stands below the product's folder, where it was looked at already
---@field made string[] what floe generated, as it is reached from the product's folder: no inputs

---@class floe.inputs.entry
---@field path string as it is reached from the product's folder
---@field digest string

-- ---- kept digests -----------------------------------------------------------------------------------------

local Digests = {}
Digests.__index = Digests

local function kept_digests(root)
  local path <const> = files.join(root, M.cache_path)
  local text <const> = files.is_file(path) and files.read(path)
  local view <const> = text and document.parse(text, path, { format = "json" })
  if document.kind(view) ~= "object" or view.schema ~= CACHE_SCHEMA or document.kind(view.files) ~= "object" then
    return {}, 0
  end
  return view.files, view.written
end

local function digests(root)
  local kept <const>, written <const> = kept_digests(root)
  return setmetatable({ root = root, kept = kept, written = math.tointeger(written) or 0, now = {} },
    Digests)
end

-- The kept row of a file, where it still stands for what is in the file.
function Digests:row(path, size, modified)
  local row <const> = self.kept[path]
  if document.kind(row) == "array" and row[1] == size and row[2] == modified and modified < self.written - RACY then
    return row
  end
end

-- Files that dbt renders.
local RENDERED <const> = set.of { "sql", "yml", "yaml", "md" }

-- What is kept of a file: its digest, whether it is binary, and the variables that it reads. Of a file that this run
-- has read already, what was judged is what is told.
local function look_at(path, full, size)
  local value, asks = document.was_read(full, environment.MARK)
  local binary = false
  if not value then
    asks, value, binary = true, digest.of_file(full)
  end
  local rendered <const> = value and asks and not binary and size <= LARGEST_TEXT
    and RENDERED[path:match("%.(%w+)$") or ""]
  local text <const> = rendered and files.read(full, LARGEST_TEXT)
  return value, binary, text and environment.read_by(path, text) or {}
end

--- A file's digest, whether it is binary, and the variables that it reads.
function Digests:of(path, full, size, modified)
  local row <const> = self:row(path, size, modified)
  local value, binary, variables
  if row then
    value, binary, variables = row[3], row[4], document.plain(row[5])
  else
    value, binary, variables = look_at(path, full, size)
    if not value then
      return nil
    end
  end
  self.now[#self.now + 1] = path
  self.now[#self.now + 1] = json.array { size, modified, value, binary, json.array(variables) }
  return value, binary, variables
end

--- Keeps the digests for the next time.
function Digests:keep()
  local path <const> = files.join(self.root, M.cache_path)
  local text <const> = json.encode(json.object {
    { "schema", CACHE_SCHEMA },
    { "written", BEGIN },
    { "files", json.members(self.now) },
  })
  return files.mkdir(files.dirname(path)) and files.write(path, text)
end

-- ---- what is an input -------------------------------------------------------------------------------------

-- The folders of dbt's resources, and that of its packages, as the project's settings name them.
local function project_folders(project)
  local path <const> = files.join(project, "dbt_project.yml")
  local spec <const> = files.is_file(path) and document.read(path, { format = "yaml", dialect = "dbt" }) or nil
  local settings <const> = document.kind(spec) == "object" and spec or {}
  local folders <const> = {}
  for _, row in ipairs(RESOURCE_PATHS) do
    local named <const> = settings[row[1]]
    if document.kind(named) == "array" then
      for _, folder in ipairs(named) do
        folders[#folders + 1] = type(folder) == "string" and files.normalize(folder) or nil
      end
    else
      folders[#folders + 1] = row[2]
    end
  end
  local made <const> = {}
  for _, key in ipairs { "target-path", "log-path" } do
    made[#made + 1] = type(settings[key]) == "string" and files.basename(files.normalize(settings[key])) or nil
  end
  local packages <const> = settings["packages-install-path"]
  return folders, made, type(packages) == "string" and packages or "dbt_packages"
end

local function below(path, folders)
  for _, folder in ipairs(folders) do
    if path:sub(1, #folder + 1) == folder .. "/" then
      return true
    end
  end
  return false
end

-- Files that programs write beside those of people.
local function is_left_behind(path)
  return path:sub(-4) == ".log" or path == ".user.yml" or path:sub(-10) == "/.user.yml"
end

-- How the reports begin that floe writes as JSON: its own, SARIF, and a code quality report of GitLab, which is an
-- empty list where nothing was found; and nothing yet, as a shell makes the file first.
local REPORTS <const> = {
  '^%s*{%s*"schema":%s*"floe%.dev/', '^%s*{%s*"%$schema":%s*"[^"]*sarif',
  '^%s*%[%s*{%s*"description":.-"check_name":', "^%s*%[%s*%]%s*$", "^%s*$",
}
local HEAD <const> = 4096 -- bytes

-- Whether a file is a report in JSON, which neither dbt nor floe reads: what a file of the product names is added by
-- its name, whatever is in it.
local function is_report(path, full)
  local file <const> = path:lower():find("%.json$") and io.open(full, "r") or nil
  if not file then
    return false
  end
  local head <const> = file:read(HEAD) or ""
  file:close()
  for _, pattern in ipairs(REPORTS) do
    if head:find(pattern) then
      return true
    end
  end
  return false
end

local Collection = {}
Collection.__index = Collection

function Collection:add(path, value, variables)
  if not self.seen[path] then
    self.seen[path] = true
    self.entries[#self.entries + 1] = { path = path, digest = value }
    self:add_variables(path, variables)
  end
end

-- Variables that a file reads. A secret belongs into files of connections: one that another file reads may be anywhere
-- in what dbt makes.
function Collection:add_variables(path, variables)
  if #variables == 0 or path == self.unused then
    return
  end
  environment.add(self.variables, variables)
  for _, name in ipairs(environment.connects(path) and {} or variables) do
    self.leak = self.leak or environment.is_secret(name) and { path = path, name = name } or nil
  end
end

-- Adds the files below a folder that `takes(path, size)` names: true, "text" for those that are text, or false.
function Collection:tree(folder, entries, takes)
  local place <const>, shown <const> = files.normalize(folder), files.relative(folder, self.root)
  local before <const> = place == "." and "" or place .. "/"
  local above <const> = shown == "." and "" or shown .. "/"
  for _, entry in ipairs(entries) do
    local wanted <const> = takes(entry.path, entry.size)
    if wanted then
      local full <const>, path <const> = before .. entry.path, above .. entry.path
      local value <const>, binary <const>, variables <const> = self.digests:of(path, full, entry.size, entry.modified)
      if value and (wanted == true or not binary) then
        self:add(path, value, variables)
      end
      self.newest = math.max(self.newest, value and entry.modified or 0)
    end
  end
end

-- Adds the files of the product's folder.
function Collection:product(scope, folders, made)
  local entries, err = scope.entries, nil
  if not entries then
    entries, err = tree.walk(scope.root)
  end
  if not entries then
    return nil, err
  end
  local generated <const> = set.of(scope.made)
  self:tree(scope.root, tree.without(entries, made), function(path, size)
    if is_left_behind(path) or generated[path] then
      return false
    elseif below(path, folders) then
      return true
    end
    return size <= LARGEST_TEXT and not is_report(path, files.join(scope.root, path)) and "text"
  end)
  return true
end

-- Adds the files of a folder that there may be.
function Collection:folder(folder, skip, takes)
  if not files.is_dir(folder) then
    return true
  end
  local entries <const>, err <const> = files.walk(folder, { skip = skip, max_files = MOST_FILES })
  if entries then
    self:tree(folder, entries, takes)
  end
  return entries ~= nil, err
end

-- All that was added, by the path.
function Collection:sorted()
  local by_path <const>, out <const> = {}, {}
  for index, entry in ipairs(self.entries) do
    by_path[entry.path], out[index] = entry, entry.path
  end
  table.sort(out)
  for index, path in ipairs(out) do
    out[index] = by_path[path]
  end
  return out
end

function Collection:file(path)
  local size <const>, modified <const> = files.status(path)
  local shown <const> = files.relative(path, self.root)
  if size and not self.seen[shown] then
    local value <const>, _, variables <const> = self.digests:of(shown, path, size, modified)
    if value then
      self:add(shown, value, variables)
      self.newest = math.max(self.newest, modified)
    end
  end
end

-- The project's folders as they are reached from the product's folder.
local function resource_folders(scope)
  local folders <const>, made <const>, packages <const> = project_folders(scope.project)
  local inside <const> = files.relative(scope.project, scope.root)
  for index, folder in ipairs(folders) do
    folders[index] = files.normalize(files.join(inside, folder))
  end
  return folders, made, files.normalize(files.join(scope.project, packages))
end

--- The folders of a dbt project's resources, as they are reached from the product's folder.
---@param root string the product's folder
---@param project string the project's
---@return string[]
function M.resources(root, project)
  return (resource_folders { root = root, project = project })
end

local PACKAGE_FILES <const> = set.of { "sql", "yml", "yaml", "csv", "md", "py" }

local function is_package_file(path)
  return PACKAGE_FILES[path:match("%.(%w+)$") or ""] or false
end

local function is_bundle_file(path)
  return path:find("%.lua$") ~= nil and not path:find("_test%.lua$") or path:find("^bundle%.yaml$") ~= nil
end

---@class floe.inputs
---@field entries floe.inputs.entry[] sorted by path
---@field newest integer when the newest of them was written, in nanoseconds since 1970
---@field variables table<string, "credential"|true> the variables of the environment that they read
---@field leak { path: string, name: string }? a file that is none of connections, and the secret it reads
---@field keep fun() keeps the digests for the next time

--- Collects the inputs of a product.
---@param scope floe.inputs.scope
---@return floe.inputs? inputs
---@return table? err
function M.collect(scope)
  local self <const> = setmetatable({
    root = scope.root, digests = digests(scope.root), entries = {}, seen = {}, variables = {}, newest = 0,
    unused = scope.unused and files.relative(scope.unused, scope.root),
  }, Collection)
  local folders <const>, made <const>, packages <const> = resource_folders(scope)
  local ok, err = self:product(scope, folders, made)
  if ok then
    ok, err = self:folder(packages, { ".git", "target" }, is_package_file)
  end
  for _, folder in ipairs(scope.bundles) do
    if ok then
      ok, err = self:folder(folder, { ".git" }, is_bundle_file)
    end
  end
  if not ok then
    return nil, err
  end
  for _, path in ipairs(scope.files) do
    self:file(path)
  end
  return {
    entries = self:sorted(),
    newest = self.newest,
    variables = self.variables,
    leak = self.leak,
    keep = function()
      return self.digests:keep()
    end,
  }
end

--- One digest for all inputs.
---@param entries floe.inputs.entry[]
---@param variables floe.environment.entry[]
---@return string
function M.digest(entries, variables)
  local lines <const> = {}
  for index, entry in ipairs(entries) do
    lines[index] = ("%s  %s\n"):format(entry.digest, entry.path)
  end
  for _, entry in ipairs(variables) do
    lines[#lines + 1] = ("%s  $%s\n"):format(entry.digest or entry.secret and "secret" or "unset", entry.name)
  end
  return "sha256:" .. digest.sha256(table.concat(lines))
end

--- What differs between two lists of inputs.
---@param before floe.inputs.entry[]
---@param now floe.inputs.entry[]
---@return { kind: "changed"|"new"|"gone", path: string }[] sorted by path
function M.compare(before, now)
  local known <const>, out <const> = {}, {}
  for _, entry in ipairs(before) do
    known[entry.path] = entry.digest
  end
  for _, entry in ipairs(now) do
    if known[entry.path] ~= entry.digest then
      out[#out + 1] = { kind = known[entry.path] and "changed" or "new", path = entry.path }
    end
    known[entry.path] = nil
  end
  for path in pairs(known) do
    out[#out + 1] = { kind = "gone", path = path }
  end
  table.sort(out, function(a, b)
    return a.path < b.path
  end)
  return out
end

return M
