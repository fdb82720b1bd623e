-- Secrets that somebody wrote into a manifest: they must not reach an artifact, a message, or another person's screen.

local json <const> = require "host.json"

local M = {}

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
function M.without(value, key)
  if type(value) == "string" then
    return is_secret(key, value) and "[redacted]" or (value:gsub("(%w://)[^/@%s]*@", "%1"))
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
