-- What is a secret, by its name or by its form: said here once, for manifests, for variables of the environment and for
-- what other programs say. Secrets must not reach an artifact, evidence, a message, or another person's screen.

local json <const> = require "host.json"
local regex <const> = require "host.regex"
local set <const> = require "floe.set"

local M = {}

-- Keys whose values are secrets wherever they stand, and what a value may be all the same: a reference.
local SECRET <const> = { "password", "passwd", "secret", "token", "credential", "api_key", "apikey", "access_key",
  "private_key", "passphrase", "connection_string", "client_id_secret", "authorization", "cookie" }

-- Parts of names of variables whose values are secrets too; of keys they are none: `key` may be any column's.
local PARTS <const> = set.of { "AUTH", "CREDENTIALS", "DSN", "HEADERS", "KEY", "KEYFILE", "PASS", "PASSPHRASE", "PWD",
  "SECRETS", "WEBHOOK" }

-- Texts that are secrets under any key.
local FORMS <const> = {
  { [[\bAKIA[0-9A-Z]{16}\b]], "an AWS access key" },
  { [[\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{20,})]],
    "a personal access token" },
  { [[\bxox[abeprs]-[A-Za-z0-9-]{10,}]], "a Slack token" },
  { [[-----BEGIN [A-Z ]*PRIVATE KEY-----]], "a private key" },
  { [[\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*]], "a token" },
  { [[(?i)^\s*(bearer|basic)\s+(?=\S*[0-9=])\S{6,}\s*$]], "a token" },
}

--- What stands in a secret's place.
M.redacted = "[redacted]"

-- Names of what says where a secret is.
local function names_reference(name)
  return name:find("_env$") or name:find("_ref$") or name:find("_file$") or name:find("_url$") or name:find("_uri$")
end

local function is_reference(value)
  return value:find("^%s*{{.*}}%s*$") or value:find("^%${[%w_]+}$")
end

--- Whether what stands under a key is a secret, unless it is a reference to one.
---@param key any
---@return boolean
function M.is_key(key)
  local name <const> = tostring(key):lower():gsub("-", "_")
  if names_reference(name) then
    return false
  end
  for _, word in ipairs(SECRET) do
    if name:find(word, 1, true) then
      return true
    end
  end
  return false
end

--- Whether a variable of the environment holds a secret, by its name; dbt says so of some itself.
---@param name string
---@return boolean
function M.is_variable(name)
  if name:find("^DBT_ENV_SECRET") or name:find("^DBT_ENGINE_ENV_SECRET") then
    return true
  end
  for part in name:upper():gmatch("%w+") do
    if PARTS[part] then
      return true
    end
  end
  return M.is_key(name)
end

local function is_secret(key, value)
  return M.is_key(key) and not is_reference(value)
end

-- Addresses without user information.
local function without_users(text)
  return (text:gsub("(%w://)[^/%s]*@", "%1"))
end

--- What kind of secret a text is, by its form, its key or the user information in it; nil where it is none.
---@param text string
---@param key any? under which it stands
---@return string? kind "a token"
function M.kind(text, key)
  for _, form in ipairs(FORMS) do
    if regex.find(form[1], text) then
      return form[2]
    end
  end
  return (is_secret(key, text) or without_users(text) ~= text) and "a secret" or nil
end

--- A text with nothing in it that is a secret by its form: what a message may quote.
---@param text string
---@return string
function M.shown(text)
  local out = without_users(text)
  for _, form in ipairs(FORMS) do
    local first, last = regex.find(form[1], out)
    while first do
      out = out:sub(1, first - 1) .. M.redacted .. out:sub(last + 1)
      first, last = regex.find(form[1], out, first + #M.redacted)
    end
  end
  return out
end

--- A value without the secrets that may be written into a manifest: they must not reach an artifact. User information
--- in addresses goes too.
---@param value any plain
---@param key any? under which it stands
---@return any
function M.without(value, key)
  if type(value) == "string" then
    return is_secret(key, value) and M.redacted or M.shown(value)
  elseif type(value) ~= "table" then
    return value
  end
  local out <const> = {}
  for name, member in pairs(value) do
    out[name] = M.without(member, type(name) == "number" and key or name)
  end
  return getmetatable(value) ~= nil and json.array(out) or out -- lists of a file are marked, also where they are empty
end

return M
