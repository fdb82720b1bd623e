-- What a product runs on: the plugins that its tiers choose, and the compute of each transform.

local json <const> = require "host.json"

local M = {}

---@class floe.compute
---@field default string? the compute of transforms that name none
---@field enforced boolean the platform offers this one alone
---@field choices table<string, { config: table? }> what products may name

--- The plugins by category, plain, as the tiers resolve to them.
---@param merged floe.tiers.merged
---@return table<string, table>
function M.resolve(merged)
  local out <const> = {}
  for category, selection in pairs(merged.values.plugins or {}) do
    out[category] = {}
    for key, value in pairs(selection) do
      out[category][key] = value
    end
  end
  local defaults <const> = merged.values.defaults
  if defaults and out.compute then
    out.compute.default = out.compute.default or defaults.compute
  end
  return out
end

--- The computes that a product may run on.
---@param plugins table<string, table>
---@return floe.compute
function M.compute(plugins)
  local selection <const> = plugins.compute
  if not selection then
    return { enforced = false, choices = { duckdb = {} }, default = "duckdb" }
  end
  local choices <const> = {}
  for _, entry in ipairs(selection.approved or {}) do
    choices[entry.name] = { config = entry.config }
  end
  local first <const> = selection.approved and selection.approved[1] and selection.approved[1].name
  local default <const> = selection.type or selection.default or first
  choices[default] = choices[default] or { config = selection.config }
  local count = 0
  for _ in pairs(choices) do
    count = count + 1
  end
  return { default = default, enforced = count == 1, choices = choices }
end

-- Keys whose values are secrets wherever they stand, and what a value may be all the same: a reference.
local SECRET <const> = { "password", "passwd", "secret", "token", "credential", "api_key", "apikey", "access_key",
  "private_key", "passphrase", "connection_string", "client_id_secret" }

local function is_secret(key, value)
  local name <const> = tostring(key):lower():gsub("-", "_")
  if type(value) ~= "string" or name:find("_env$") or name:find("_ref$") or name:find("_file$") or name:find("_url$")
    or name:find("_uri$") or value:find("^%s*{{.*}}%s*$") or value:find("^%${[%w_]+}$") then
    return false
  end
  for _, word in ipairs(SECRET) do
    if name:find(word, 1, true) then
      return true
    end
  end
  return false
end

--- A value without the secrets that may be written into a manifest: they must not reach an artifact. User information
--- in addresses goes too.
---@param value any plain
---@param key any? under which it stands
---@return any
function M.without_secrets(value, key)
  if type(value) == "string" then
    return is_secret(key, value) and "[redacted]" or (value:gsub("(%w://)[^/@%s]*@", "%1"))
  elseif type(value) ~= "table" then
    return value
  end
  local out <const> = {}
  for name, member in pairs(value) do
    out[name] = M.without_secrets(member, type(name) == "number" and key or name)
  end
  return getmetatable(value) ~= nil and json.array(out) or out -- lists of a file are marked, also where they are empty
end

return M
