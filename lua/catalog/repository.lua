-- Addresses of repositories in one form, "github.com/acme/orders": the host in lower case and the path on it. The
-- same repository has many addresses (over HTTPS, over SSH, as git writes them), and only one owner.

local M = {}

-- Ports that say no more than the scheme does. Over SSH a port never tells which repository it is.
local PORTS <const> = { http = "80", https = "443", git = "9418" }

local function without_userinfo(authority)
  return authority:match("@([^@]*)$") or authority
end

-- "host" or "host:port" in the form compared.
local function host_of(authority, scheme)
  local host, port = without_userinfo(authority):match("^(.-):(%d*)$")
  host = (host or without_userinfo(authority)):lower():gsub("%.$", "")
  if not port or port == "" or port == PORTS[scheme] or scheme == "ssh" then
    return host
  end
  return host .. ":" .. port
end

-- A path without what leads nowhere: slashes around it or twice, and the ".git" behind it.
local function path_of(path)
  local clean <const> = path:gsub("/+", "/"):gsub("^/", ""):gsub("/$", ""):gsub("%.git$", ""):gsub("/$", "")
  return clean
end

local function join(host, path)
  local clean <const> = path_of(path)
  if clean == "" then
    return nil, "it names a host and no repository on it"
  end
  return host .. "/" .. clean
end

-- "scheme://authority/path", without query and fragment.
local function from_url(scheme, rest)
  local authority <const>, path <const> = rest:gsub("[?#].*$", ""):match("^([^/]*)(.*)$")
  scheme = scheme:lower():gsub("^git%+", ""):gsub("%+git$", ""):gsub("^svn%+", "")
  if scheme == "file" then
    local clean <const> = path_of(path)
    return clean ~= "" and "file:/" .. clean or nil, "it names no repository"
  end
  local host <const> = host_of(authority, scheme)
  if host == "" then
    return nil, "it names no host"
  end
  return join(host, path)
end

-- Whether the first part of "a/b/c" is a host.
local function is_host(part)
  return part:find(".", 1, true) ~= nil or part:find(":%d+$") ~= nil or part:lower() == "localhost"
end

--- The one form of an address: "https://GitHub.com/acme/orders.git", "git@github.com:acme/orders" and
--- "ssh://git@github.com:22/acme/orders/" are all "github.com/acme/orders". User names and passwords are dropped.
---@param address string
---@return string? form nil where the text is no address
---@return string? reason
function M.normalize(address)
  local text <const> = address:match("^%s*(.-)%s*$")
  if text == "" or text:find("[%c%s]") then
    return nil, text == "" and "it is empty" or "it holds blanks or control characters"
  end
  if text:find("^[./~]") then
    return nil, "it is a path on one machine"
  end
  local scheme <const>, rest <const> = text:match("^([%w+.-]+)://(.*)$")
  if scheme then
    return from_url(scheme, rest)
  end
  -- As scp writes it: user@host:path, or host.name:path. A port is not meant there.
  local authority <const>, path <const> = text:match("^([^/:]+):([^/].*)$")
  if authority and (authority:find("@", 1, true) or authority:find(".", 1, true)) and not path:find("^%d+/") then
    return join(host_of(authority, "ssh"), path)
  end
  local rooted <const> = text:match("^([^/:]+@[^/:]+:)/") -- git@host:/path
  if rooted then
    return join(host_of(rooted:sub(1, -2), "ssh"), text:sub(#rooted + 1))
  end
  local first <const>, below <const> = text:gsub("[?#].*$", ""):match("^([^/]+)/(.+)$")
  if first and is_host(first) then
    return join(host_of(first, "https"), below)
  end
  local clean <const> = path_of(text)
  return clean ~= "" and clean or nil, "it is empty"
end

--- Whether two addresses mean the same repository. Addresses that cannot be read are the same where their texts are.
---@param a string
---@param b string
---@return boolean
function M.same(a, b)
  return (M.normalize(a) or a) == (M.normalize(b) or b)
end

return M
