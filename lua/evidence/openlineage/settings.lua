-- Where lineage goes: openlineage.yml and the OPENLINEAGE_* variables, as the official Python client reads them, and,
-- where they say nothing, the platform's `observability.lineage`. In this order: OPENLINEAGE_DISABLED, the transport of
-- openlineage.yml merged over that of OPENLINEAGE__TRANSPORT__…, OPENLINEAGE_URL, the platform, a file.

local document <const> = require "host.document"
local files <const> = require "host.files"
local percent <const> = require "evidence.percent"
local system <const> = require "host.system"

local M = {}

--- The file of JSON lines where nobody says otherwise, below the product's folder.
M.file = ".floe/lineage.jsonl"

local PREFIX <const> = "OPENLINEAGE__"
local DEFAULT_NAME <const> = "default_http" -- what the client calls the transport of OPENLINEAGE_URL
local DEFAULT_ENDPOINT <const>, DEFAULT_TIMEOUT <const> = "api/v1/lineage", 5

---@class floe.lineage.transport
---@field kind "http"|"file"|"console"
---@field name string?
---@field url string?
---@field key string? sent as a bearer token
---@field headers { name: string, value: string }[]?
---@field timeout number? seconds
---@field gzip boolean?
---@field ca_file string? of certificates that are trusted
---@field client_certificate string?
---@field client_key string?
---@field path string?

---@class floe.lineage.settings
---@field transports floe.lineage.transport[]
---@field problems { message: string, hint: string? }[]

local function problem(problems, message, hint)
  problems[#problems + 1] = { message = message, hint = hint }
end

-- ---- what is configured -------------------------------------------------------------------------------------

-- A table with members; nil for all else.
local function map(value)
  return type(value) == "table" and value or nil
end

-- Members of the second win over those of the first, all the way down.
local function merged(first, second)
  local out <const> = {}
  for key, value in pairs(first) do
    out[key] = value
  end
  for key, value in pairs(second) do
    out[key] = map(out[key]) and map(value) and #value == 0 and merged(out[key], value) or value
  end
  return out
end

local function from_json(text)
  local view <const>, err <const> = document.parse(text, "variable", { format = "json" })
  if err then
    return text
  end
  return document.kind(view) and document.plain(view) or view
end

local function insert(config, path, value)
  for index = 1, #path - 1 do
    config[path[index]] = map(config[path[index]]) or {}
    config = config[path[index]]
  end
  config[path[#path]] = value
end

-- OPENLINEAGE__TRANSPORT__URL → transport.url. Shorter names come last, and win.
local function from_variables(env, names)
  local config <const>, own <const> = {}, {}
  for _, name in ipairs(names) do
    own[#own + 1] = name:sub(1, #PREFIX) == PREFIX and env(name) and name or nil
  end
  table.sort(own, function(a, b)
    return a > b
  end)
  for _, name in ipairs(own) do
    local path <const> = {}
    for part in (name:sub(#PREFIX + 1) .. "__"):gmatch("(.-)__") do
      path[#path + 1] = part:lower()
    end
    insert(config, path, from_json(env(name)))
  end
  return config
end

-- OPENLINEAGE_URL is a transport among others where a composite one asks for them.
local function with_default(config, env)
  local url <const>, key <const> = env "OPENLINEAGE_URL", env "OPENLINEAGE_API_KEY"
  if not url or url == "" then
    return config
  end
  local auth <const> = key and { type = "api_key", apiKey = key } or nil
  local transport <const> = map(config.transport) or {}
  local others <const> = map(transport.transports) or {}
  others[DEFAULT_NAME] = others[DEFAULT_NAME]
    or { type = "http", url = url, auth = auth, endpoint = env "OPENLINEAGE_ENDPOINT" }
  transport.transports = others
  if transport.type == "async_http" then
    transport.url, transport.auth = transport.url or url, transport.auth or auth
    transport.endpoint = transport.endpoint or env "OPENLINEAGE_ENDPOINT"
  end
  config.transport = transport
  return config
end

-- The configuration file: the one that is named, that of the working folder, that of the user.
local function file_path(env)
  local home <const> = env "HOME"
  for _, path in ipairs { env "OPENLINEAGE_CONFIG" or "", "openlineage.yml",
    home and files.join(home, ".openlineage", "openlineage.yml") or "" } do
    if path ~= "" and files.is_file(path) then
      return path
    end
  end
end

local function from_file(env, problems)
  local path <const> = file_path(env)
  if not path then
    return {}
  end
  local view <const>, err <const> = document.read(path, { format = "yaml" })
  if err then
    problem(problems, ("%s cannot be read: %s"):format(path, err.message))
    return {}
  end
  return document.kind(view) == "object" and document.plain(view) or {}
end

-- ---- transports ---------------------------------------------------------------------------------------------

-- A path without its steps to the same folder and to the one above.
local function without_steps(path)
  local count
  repeat
    path, count = path:gsub("/%./", "/", 1)
    if count == 0 then
      path, count = path:gsub("^/%.%./", "/", 1)
    end
    if count == 0 then
      path, count = path:gsub("/[^/]+/%.%./", "/", 1)
    end
  until count == 0
  return path
end

-- An endpoint at an address, as browsers and the client join them: "a/b" replaces what follows the last slash.
local function joined(url, endpoint)
  if endpoint:find("^%a[%w+.-]*://") then
    return endpoint
  elseif endpoint == "" then
    return url
  end
  local origin <const>, folder <const> = url:match("^(https?://[^/?#]+)([^?#]*)")
  local path <const>, rest <const> = endpoint:match("^([^?#]*)(.*)$")
  return origin .. without_steps((path:sub(1, 1) == "/" and "" or folder:match("^(.*/)") or "/") .. path) .. rest
end

local function is_address(url)
  return type(url) == "string" and url:find("^https?://[^/%s]+") and not url:find("[^!-~]")
end

local function headers_of(given, problems)
  local out <const> = {}
  for name, value in pairs(map(given) or {}) do
    if tostring(name):find("^[%w!#$&'*+.^_`|~%%-]+$") and not tostring(value):find("%c") then
      out[#out + 1] = { name = tostring(name), value = tostring(value) }
    else
      problem(problems, "a custom header of the lineage transport is no header: it is left out")
    end
  end
  table.sort(out, function(a, b)
    return a.name < b.name
  end)
  return out
end

-- The key of a transport; false where it asks for something else than a key.
local function key_of(auth, problems)
  auth = map(auth) or {}
  if auth.type == "api_key" then
    local key <const> = auth.apiKey or auth.apikey or auth.api_key
    if key then
      return tostring(key)
    end
    problem(problems, "the lineage transport asks for auth of type api_key and has no apiKey, so nothing is sent there")
    return false
  elseif auth.type then
    problem(problems, ("the lineage transport asks for auth of type '%s', which floe does not have: nothing is sent "
      .. "there"):format(auth.type), "floe knows api_key: what is sent is `Authorization: Bearer KEY`")
    return false
  end
end

local function path_of(path)
  return type(path) == "string" and path ~= "" and files.absolute(path) or nil
end

-- Whom a transport trusts, and who it says that it is; nil where that cannot be said. A text in `verify` is a file of
-- certificates, as the library below the client takes it.
local function tls_of(given, problems)
  local context <const> = map(given.sslContext or given.ssl_context or given.sslcontext) or {}
  if given.verify == false then
    problem(problems, "the lineage transport says verify: false: floe verifies certificates all the same",
      "sslContext.caCertPath names the certificates of your own authority")
  end
  local certificate <const> = path_of(context.clientCertPath or context.client_cert_path or context.clientcertpath)
  local key <const> = path_of(context.clientKeyPath or context.client_key_path or context.clientkeypath)
  if key and not certificate then
    problem(problems, "the lineage transport has a clientKeyPath and no clientCertPath, so nothing is sent there")
    return nil
  end
  return {
    ca_file = path_of(context.caCertPath or context.ca_cert_path or context.cacertpath or given.verify),
    certificate = certificate, key = key or certificate,
  }
end

local function http(given, problems)
  local url <const> = type(given.url) == "string" and given.url:match("^%s*(.-)%s*$")
  local key <const> = key_of(given.auth, problems)
  if not is_address(url) or url:find("^https?://[^/?#]*@") then
    problem(problems, "the url of the lineage transport is no address of http or https without user and password, "
      .. "so nothing is sent there", "such as http://localhost:5000; a key stands in OPENLINEAGE_API_KEY")
    return nil
  elseif key == false then
    return nil
  end
  if given.compression and given.compression ~= "gzip" then
    problem(problems, ("the lineage transport asks for compression '%s': floe knows gzip, and sends without")
      :format(given.compression))
  end
  local tls <const> = tls_of(given, problems)
  return tls and {
    kind = "http", url = joined(url, given.endpoint or DEFAULT_ENDPOINT), key = key,
    headers = headers_of(given.custom_headers, problems), timeout = tonumber(given.timeout) or DEFAULT_TIMEOUT,
    gzip = given.compression == "gzip", ca_file = tls.ca_file, client_certificate = tls.certificate,
    client_key = tls.key,
  }
end

local function file(given, problems)
  local path = given.log_file_path
  local of_address <const> = type(path) == "string" and path:match("^file://(/.*)$")
    or type(path) == "string" and path:match("^file://localhost(/.*)$")
  path = of_address and percent.decode(of_address) or path
  if type(path) ~= "string" or path:find("^%a[%w+.-]*://") then
    problem(problems, "the lineage transport 'file' needs log_file_path, the path of a file: nothing is written there")
    return nil
  end
  local stamp <const> = system.timestamp():gsub("[-:Z]", ""):gsub("T", "-")
  return { kind = "file", path = files.absolute(given.append == true and path
    or ("%s-%s-%d.json"):format(path, stamp, system.pid)) }
end

local add

local function composite(out, given, problems)
  if given.continue_on_success == false then
    problem(problems, "the lineage transport says continue_on_success: false: floe sends to all of its transports")
  end
  local names <const>, children <const> = {}, map(given.transports) or {}
  for name in pairs(children) do
    names[#names + 1] = name
  end
  table.sort(names, function(a, b)
    return tostring(a) < tostring(b)
  end)
  for _, name in ipairs(names) do
    if map(children[name]) then
      add(out, children[name], problems, type(name) == "string" and name or nil)
    end
  end
end

local MAKERS <const> = { http = http, async_http = http, file = file, console = function()
  return { kind = "console" }
end, noop = function()
  return nil
end }

function add(out, given, problems, name)
  if given.type == "composite" then
    return composite(out, given, problems)
  end
  local maker <const> = MAKERS[given.type]
  if not maker then
    return problem(problems, ("floe does not have the lineage transport '%s': nothing is sent there")
      :format(given.type), "it has http, file, console, composite and noop")
  end
  local transport <const> = maker(given, problems)
  if transport then
    transport.name = given.name or name
    out[#out + 1] = transport
  end
end

-- ---- all of it ----------------------------------------------------------------------------------------------

-- What the platform asks for, as a transport.
local function of_platform(settings, env)
  local lineage <const> = settings.lineage or {}
  if lineage.enabled == false then
    return nil
  elseif lineage.transport == "console" or lineage.transport == "noop" then
    return { type = lineage.transport }
  end
  local url <const>, key <const> = lineage.endpoint, env "OPENLINEAGE_API_KEY"
  return url and {
    type = "http", url = url, auth = key and { type = "api_key", apiKey = key },
    endpoint = url:find("^https?://[^/]+/.") and url or nil,
  }
end

-- What else the client's settings may ask for.
local OTHERS <const> = { "dataset", "facets", "filters", "tags" }

local function say_others(config, problems)
  local asked <const> = {}
  for _, name in ipairs(OTHERS) do
    asked[#asked + 1] = config[name] ~= nil and name or nil
  end
  if #asked > 0 then
    problem(problems, ("OpenLineage's settings ask for %s, which floe does not have: events are as they are without")
      :format(table.concat(asked, " and ")))
  end
end

--- What the files, the environment and the platform ask for.
---@param env fun(name: string): string?
---@param settings table `observability` of the artifact or the platform, plain
---@param names string[]? the names of all variables; those of the process where it is nil
---@return floe.lineage.settings
function M.of(env, settings, names)
  local out <const> = { transports = {}, problems = {} }
  if (env "OPENLINEAGE_DISABLED" or ""):lower():match("^%s*(.-)%s*$") == "true" then
    return out
  end
  local written <const> = from_file(env, out.problems)
  local config <const> = merged(with_default(from_variables(env, names or system.variables()), env), written)
  say_others(config, out.problems)
  local transport = map(config.transport)
  if not (transport and transport.type) then
    transport = transport and map(transport.transports) and map(transport.transports[DEFAULT_NAME])
      or of_platform(settings, env)
  end
  if transport then
    add(out.transports, transport, out.problems)
  else
    out.transports[1] = { kind = "file", path = M.file }
  end
  return out
end

return M
