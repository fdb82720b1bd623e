-- How dbt connects: the output of a profile, as far as it is known without dbt.

local dbt <const> = require "compile.dbt"
local document <const> = require "host.document"
local files <const> = require "host.files"
local problem <const> = require "manifest.problem"
local profiles <const> = require "compile.profiles"
local projects <const> = require "phase.project"
local redact <const> = require "evidence.redact"
local system <const> = require "host.system"

local M = {}

---@class floe.check.connection
---@field root string the product's folder
---@field project string the dbt project's folder
---@field profiles string? the folder of profiles.yml
---@field profile string? the profile's name, where it was asked for
---@field target string? the target's name, where it was asked for
---@field dbt string? the program that was named
---@field written table? profiles that may be in no file yet
---@field output table? what the profile says of the target, templates resolved; nil where only dbt can tell
---@field written_output table? the same as it is written, with its templates
---@field profile_name string? of the profile that has it
---@field adapter string? of the output
---@field name string? of the target that the output is
---@field why string? why there is no output
---@field lacking floe.problem? the target that is asked for is known, and the profile has none of that name

-- `{{ env_var('NAME') }}`, with a default, alone or among other text.
local CALL <const> = "{{%-?%s*env_var%(%s*(['\"])([%w_]+)%1%s*,?%s*(.-)%s*%)%s*%-?}}"

-- An environment without a name is none, to dbt as well: see compile.dbt.
local function variable(_, name, default)
  local value <const> = system.env(name)
  return (name ~= "FLOE_ENV" or value ~= "") and value
    or default:match("^'([^'\\]*)'$") or default:match('^"([^"\\]*)"$') or "{{"
end

-- A text without templates; nil where one is left.
local function resolved_text(value)
  local text <const> = value:gsub(CALL, variable)
  return not text:find("{[{%%#]") and text or nil
end

-- Members that cannot be told are left out and named.
local function resolved(value, unknown, path)
  if type(value) == "string" then
    local text <const> = resolved_text(value)
    unknown[#unknown + 1] = text == nil and path or nil
    return text
  elseif type(value) ~= "table" then
    return value
  end
  local out <const> = {}
  for key, member in pairs(value) do
    out[key] = resolved(member, unknown, path == "" and tostring(key) or path)
  end
  return out
end

local function read_profiles(folder)
  local path <const> = files.join(folder, "profiles.yml")
  local view <const> = document.read(path, { format = "yaml", dialect = "dbt" })
  return document.kind(view) == "object" and document.plain(view) or nil
end

-- Where dbt looks for profiles.yml.
local function profiles_folder(project)
  local set <const> = system.env("DBT_PROFILES_DIR")
  if set and set ~= "" then
    return set
  elseif files.is_file(files.join(project, "profiles.yml")) then
    return project
  end
  local home <const> = system.env("HOME")
  return home and files.join(home, ".dbt") or nil
end

-- The target that is asked for, and what asks for it.
local function asked_target(connection, profile)
  local set <const> = system.env("DBT_TARGET")
  if connection.target then
    return connection.target, "--target"
  elseif set and set ~= "" then
    return set, "DBT_TARGET"
  end
  local target <const> = profile.target or "default"
  local picked <const> = tostring(target):find("FLOE_ENV", 1, true) ~= nil
  return type(target) == "string" and resolved_text(target) or nil, picked and "FLOE_ENV" or "the profile's `target`"
end

-- The problem that a profile has no such target.
local function without_target(name, target, asker, outputs)
  local targets <const> = {}
  for key in pairs(outputs) do
    targets[#targets + 1] = tostring(key)
  end
  table.sort(targets)
  return problem.with(nil, ("the profile '%s' has no target '%s': it has %s"):format(name, target,
    #targets > 0 and table.concat(targets, ", ") or "none"),
    asker == "FLOE_ENV" and "FLOE_ENV, as `floe run --environment` sets it, picks the target: name one of these"
      or ("%s picks it: name one of these"):format(asker))
end

-- Fills in what the profile says.
local function complete(self, written)
  local name <const> = profiles.asked(self.project, { profile = self.profile })
  local profile <const> = name and written[name]
  if type(profile) ~= "table" or type(profile.outputs) ~= "table" then
    self.why = name and ("profiles.yml has no profile '%s'"):format(name) or "the dbt project names no profile"
    return self
  end
  local asker
  self.name, asker = asked_target(self, profile)
  local output <const> = self.name and profile.outputs[self.name]
  if self.name and output == nil then
    self.lacking = without_target(name, self.name, asker, profile.outputs)
    self.why = self.lacking.message
    return self
  elseif type(output) ~= "table" then
    self.why = ("the profile '%s' has no target '%s'"):format(name, self.name or profile.target)
    return self
  end
  self.profile_name, self.written_output = name, output
  local unknown <const> = {}
  self.output = resolved(output, unknown, "")
  redact.add_settings(self.output)
  self.unknown = unknown
  self.adapter = type(self.output.type) == "string" and self.output.type or nil
  return self
end

---@class floe.check.connection.asked
---@field root string
---@field project string
---@field profiles string?
---@field profile string?
---@field target string?
---@field dbt string?
---@field written table? profiles that are in no file

--- How the dbt project of a product connects.
---@param asked floe.check.connection.asked
---@return floe.check.connection
function M.of(asked)
  local self <const> = {
    root = asked.root, project = asked.project, profiles = asked.profiles or profiles_folder(asked.project),
    profile = asked.profile, target = asked.target, dbt = asked.dbt, written = asked.written,
  }
  local written <const> = asked.written or self.profiles and read_profiles(self.profiles)
  if not written then
    self.why = "there is no profiles.yml that can be read"
    return self
  end
  return complete(self, written)
end

--- How an opened product connects: by the profile that a compile would take.
---@param loading floe.loading
---@param reading { profiles: string?, profile: string?, target: string? }
---@param program string? the dbt that was named
---@return floe.check.connection
function M.of_product(loading, reading, program)
  local plugins <const> = require "compile.plugins"
  local project <const> = projects.root(loading)
  local compute <const> = plugins.compute(plugins.resolve(loading.resolved))
  local choice <const> = profiles.choose(project, reading, loading.platforms, compute)
  local asked <const> = {
    root = loading.root, project = project, profile = reading.profile, target = reading.target, dbt = program,
  }
  if choice.own then
    asked.profiles = choice.own.folder
  else
    local name <const> = loading.spec.metadata.name
    local made <const> = profiles.make(profiles.asked(project, reading) or (name:gsub("-", "_")), name, compute, {})
    asked.profiles, asked.written = files.normalize(files.join(loading.root, profiles.folder)), made.profiles
    asked.profile = asked.profile or made.name
  end
  return M.of(asked)
end

--- How the product of an artifact connects.
---@param root string the product's folder
---@param artifact any its view, or a plain table
---@param program string? the dbt that was named
---@return floe.check.connection? nil where it has no dbt project
function M.of_artifact(root, artifact, program)
  local said <const> = artifact.dbt
  if said == nil then
    return nil
  end
  local folder <const> = said.profiles_dir
  return M.of {
    root = root, project = files.normalize(files.join(root, said.project_path)), dbt = program,
    profiles = folder and files.normalize(files.join(root, folder)) or nil, profile = said.profile,
    target = said.target,
  }
end

--- The dbt that connects.
---@param connection floe.check.connection
---@return string? path
---@return floe.problem? problem
function M.program(connection)
  local adapter <const> = connection.adapter or "duckdb"
  local path <const>, missing <const> = dbt.find(connection.dbt, { connection.root, connection.project }, adapter)
  if missing then
    missing.hint = ("`python3 -m venv .venv && .venv/bin/pip install dbt-core dbt-%s` installs it; --dbt names another")
      :format(adapter)
  end
  return path, missing
end

--- The Python that a dbt runs in: the one beside it, or the one that its first line names.
---@param program string
---@return string? nil where there is none
function M.python(program)
  local real <const> = files.real(program) or program
  for _, name in ipairs { "python", "python3" } do
    local path <const> = files.join(files.dirname(real), name)
    if files.is_file(path) then
      return path
    end
  end
  local head <const> = files.read(real, 1 << 20)
  local named <const> = head and head:match("^#!%s*(/[^%s]*python[%d.]*)%s")
  return named and files.is_file(named) and named or nil
end

return M
