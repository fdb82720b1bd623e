-- References to what is kept in a registry: oci://registry[:port]/repository[:tag][@digest], in the grammar of the OCI
-- distribution specification (its sections on names, tags and digests).

local regex <const> = require "host.regex"

local M = {}

local PREFIX <const> = "oci://"

local HOST <const> = [[^([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*$]]
local REPOSITORY <const> = [[^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$]]
local TAG <const> = [[^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$]]
local DIGEST <const> = [[^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$]]
local HIGHEST_PORT <const>, LONGEST_NAME <const> = 65535, 255

---@class floe.oci.reference
---@field registry string host, with its port where it has one
---@field repository string
---@field tag string?
---@field digest string? "sha256:…"

--- Whether a text is meant as a reference to a registry.
---@param text string
---@return boolean
function M.is_reference(text)
  return text:sub(1, #PREFIX):lower() == PREFIX
end

local function check_registry(registry)
  local host <const>, port <const> = registry:match("^(.-):(.*)$")
  local number <const> = port and port:find("^%d+$") and math.tointeger(tonumber(port))
  if port and (not number or number < 1 or number > HIGHEST_PORT) then
    return ("the port '%s' is no number from 1 to %d"):format(port, HIGHEST_PORT)
  elseif not regex.find(HOST, host or registry) then
    return ("'%s' is no host name"):format(host or registry)
  end
end

local function check_repository(repository, registry)
  if repository == "" then
    return "it names no repository"
  elseif repository:find("%u") then
    return ("the repository '%s' has capital letters: repositories are written in lower case"):format(repository)
  elseif #registry + 1 + #repository > LONGEST_NAME then
    return ("registry and repository are longer than %d characters"):format(LONGEST_NAME)
  elseif not regex.find(REPOSITORY, repository) then
    return ("'%s' is no name of a repository: parts of lower-case letters and digits, with '.', '_' or '-' inside, "
      .. "joined by '/'"):format(repository)
  end
end

local function check_ends(tag, digest)
  if tag and not regex.find(TAG, tag) then
    return ("'%s' is no tag: at most 128 letters, digits, '_', '.' and '-', not beginning with '.' or '-'"):format(tag)
  elseif digest and not regex.find(DIGEST, digest) then
    return ("'%s' is no digest: `sha256:` and 64 hexadecimal digits in lower case (or sha512 and 128)"):format(digest)
  end
end

--- Reads a reference.
---@param text string
---@return floe.oci.reference? reference
---@return string? why it is none
function M.parse(text)
  local rest <const> = text:sub(#PREFIX + 1)
  local registry <const>, path <const> = rest:match("^([^/]*)/(.*)$")
  if rest == "" or registry == "" then
    return nil, "it names no registry"
  elseif not registry then
    return nil, ("after the registry '%s' it names no repository"):format(rest)
  elseif rest:find("%s") then
    return nil, "it holds white space"
  elseif registry:find("@", 1, true) then
    return nil, "credentials do not belong into a reference"
  end
  local named <const>, digest <const> = path:match("^([^@]*)@(.*)$")
  local repository <const>, tag <const> = (named or path):match("^([^:]*):(.*)$")
  local reference <const> = {
    registry = registry, repository = repository or named or path, tag = tag, digest = digest,
  }
  local wrong <const> = check_registry(registry) or check_repository(reference.repository, registry)
    or check_ends(tag, digest)
  if wrong then
    return nil, wrong
  end
  return reference
end

return M
