-- The variables of the environment, and the options, by which the same files compile to something else: those that
-- env_var() reads, dbt's own, and the choice of profile, target and variables. They are inputs as files are. Of a value
-- its digest is kept, never itself. Of a secret only the name is kept, as a short one could be guessed from its digest:
-- dbt lets secrets open connections and fetch packages, so that another one compiles to the same.

local digest <const> = require "host.digest"
local secrets <const> = require "manifest.secrets"
local set <const> = require "floe.set"
local system <const> = require "host.system"

local M = {}

-- Variables that dbt itself reads and that change what it compiles, without their prefix. Those about its output, its
-- log and its caches are no inputs.
local OWN <const> = set.of { "DEFER", "DEFER_STATE", "DEFER_TO_STATE", "EMPTY", "EVENT_TIME_END", "EVENT_TIME_START",
  "EXCLUDE_RESOURCE_TYPES", "FAVOR_STATE", "FAVOR_STATE_MODE", "FULL_REFRESH", "INDIRECT_SELECTION", "INTROSPECT",
  "INLINE", "PROFILE", "RESOURCE_TYPES", "SAMPLE", "STATE", "TARGET", "TARGET_PATH", "VARS" }

local PREFIXES <const> = { "^DBT_ENGINE_(.+)$", "^DBT_(.+)$" }

local function is_own(name)
  for _, prefix in ipairs(PREFIXES) do
    if OWN[name:match(prefix) or ""] then
      return true
    end
  end
  return name:find("^DBT_ENV_CUSTOM_ENV_") ~= nil -- what dbt writes into its manifest
end

--- Whether a variable may hold a secret: dbt says so, its name does, or its value is an address with a password.
---@param name string
---@return boolean
function M.is_secret(name)
  local value <const> = system.env(name) or ""
  return secrets.is_variable(name) or secrets.without(value) ~= value
end

---@class floe.environment.entry
---@field name string
---@field secret boolean? nothing is told of its value
---@field is_set boolean? of what is no secret
---@field digest string? of its value, where it is set and no secret

---@param name string
---@param hidden boolean? it holds a credential, whatever its name
---@return floe.environment.entry
local function entry_of(name, hidden)
  local value <const> = system.env(name)
  if hidden or M.is_secret(name) then
    return { name = name, secret = true }
  end
  return { name = name, is_set = value ~= nil, digest = value and "sha256:" .. digest.sha256(value) or nil }
end

--- What the environment says now.
---@param read table<string, "credential"|true> the variables that files read; "credential" where one holds a credential
---@return floe.environment.entry[] sorted by name
function M.entries(read)
  local out <const> = {}
  for name, kind in pairs(read) do
    out[#out + 1] = entry_of(name, kind == "credential")
  end
  for _, name in ipairs(system.variables()) do
    if not read[name] and is_own(name) then
      out[#out + 1] = entry_of(name)
    end
  end
  table.sort(out, function(a, b)
    return a.name < b.name
  end)
  return out
end

--- What it says now of variables that were recorded, and of dbt's own.
---@param before floe.environment.entry[]
---@return floe.environment.entry[]
function M.again(before)
  local read <const> = {}
  for _, entry in ipairs(before) do
    if entry.is_set or entry.secret or not is_own(entry.name) then
      read[entry.name] = entry.secret and "credential" or true
    end
  end
  return M.entries(read)
end

--- The variables of which what is recorded and what is so now differ.
---@param before floe.environment.entry[]
---@param now floe.environment.entry[]
---@return { kind: "changed"|"new"|"gone", variable: string }[]
function M.compare(before, now)
  local known <const>, out <const> = {}, {}
  for _, entry in ipairs(before) do
    known[entry.name] = entry
  end
  for _, entry in ipairs(now) do
    local old <const> = known[entry.name] or { is_set = false }
    if entry.secret or old.secret then
      known[entry.name] = nil
    elseif old.is_set ~= entry.is_set then
      out[#out + 1] = { kind = entry.is_set and "new" or "gone", variable = entry.name }
    elseif old.digest ~= entry.digest then
      out[#out + 1] = { kind = "changed", variable = entry.name }
    end
    known[entry.name] = nil
  end
  for name, entry in pairs(known) do
    out[#out + 1] = entry.is_set and { kind = "gone", variable = name } or nil
  end
  table.sort(out, function(a, b)
    return a.variable < b.variable
  end)
  return out
end

--- What was asked for beside the files: of variables, which are long and may be anything, the digest.
---@param reading floe.reading
---@return { profile: string?, target: string?, vars: string? }
function M.selection(reading)
  return {
    profile = reading.profile,
    target = reading.target,
    vars = reading.vars and "sha256:" .. digest.sha256(reading.vars) or nil,
  }
end

--- The options of which what was asked for then and now differ.
---@return { kind: "changed"|"new"|"gone", option: string }[]
function M.compare_selections(before, now)
  local out <const> = {}
  for _, option in ipairs { "profile", "target", "vars" } do
    local old <const>, new <const> = before[option], now[option]
    if old ~= new then
      out[#out + 1] = { kind = old == nil and "new" or new == nil and "gone" or "changed", option = "--" .. option }
    end
  end
  return out
end

-- ---- what files read --------------------------------------------------------------------------------------

-- Files in which dbt lets secrets stand: what they read opens a connection or fetches a package.
local CONNECTING <const> = set.of { "profiles.yml", "packages.yml", "dependencies.yml" }

--- Whether a file may read secrets without any of them reaching what is compiled.
---@param path string
---@return boolean
function M.connects(path)
  return CONNECTING[path:match("[^/]+$")] or false
end

local CALL <const> = [[env_var%s*%(%s*(["'])([%w_]+)%1]]

-- The variables that stand behind a key of a credential: `password: "{{ env_var('X') }}"`.
local function credentials_in(text)
  local out <const> = {}
  for line in text:gmatch("[^\n]+") do
    for key, value in line:gmatch("([%w_]+)[\"']?%s*:%s*([^,]*)") do
      local _, name <const> = value:match(CALL)
      if name and M.is_secret(key) then
        out[name] = true
      end
    end
  end
  return out
end

--- What stands in every text that reads a variable.
M.MARK = "env_var"

--- The variables that a text reads by env_var(), sorted; in a file of connections those of credentials have a "!"
--- before them. What a template computes is not seen.
---@param path string
---@param text string
---@return string[]
function M.read_by(path, text)
  local out <const> = {}
  if not text:find(M.MARK, 1, true) then
    return out
  end
  local hidden <const>, seen <const> = M.connects(path) and credentials_in(text) or {}, {}
  for _, name in text:gmatch(CALL) do
    if not seen[name] then
      seen[name] = true
      out[#out + 1] = hidden[name] and "!" .. name or name
    end
  end
  table.sort(out)
  return out
end

--- Adds names as `read_by` gives them.
---@param read table<string, "credential"|true>
---@param names string[]
function M.add(read, names)
  for _, name in ipairs(names) do
    local plain <const> = name:match("^!(.+)$")
    read[plain or name] = plain and "credential" or read[name] or true
  end
end

return M
