-- Where evidence goes. Each format knows its own destinations, from variables of the environment and from what the
-- platform says; this module asks them all. Events go to a file of JSON lines at once, or into the spool, from where a
-- sender takes them.
--
-- A format is a module with
--   destinations(env, settings) → list of floe.destination, list of problems ({ message =, hint = })
--   request(destination, lines) → floe.evidence.request                   (where destinations are of kind "http")
--   answer(destination, response, err, lines) → floe.evidence.outcome      (`evidence.answers` reads the status)

local bounded <const> = require "evidence.bounded"
local files <const> = require "host.files"
local system <const> = require "host.system"

local M = {}

---@class floe.destination
---@field name string "openlineage", "otlp.traces", "webhook.oncall"
---@field format string of `M.formats`
---@field kind "file"|"http"|"console" the last: standard error
---@field path string? of a file, below the product's folder where it is relative
---@field url string? may hold secrets: never shown, never written
---@field shown string? its host, as people may see it; set here
---@field secret boolean? the path of the address is one, as those of webhooks are
---@field headers { name: string, value: string, secret: boolean? }[]?
---@field timeout number? seconds of one request; 10
---@field batch { lines: integer?, bytes: integer? }? of one request; 100 lines, 1 MiB

---@class floe.evidence.request
---@field method string? POST
---@field url string
---@field headers { name: string, value: string, secret: boolean? }[]?
---@field body string
---@field gzip boolean? the body is compressed on its way
---@field repeatable boolean? sending it twice is as sending it once

--- Formats by name, in the order in which they are told of.
---@type { name: string, module: string }[]
M.formats = {
  { name = "openlineage", module = "evidence.openlineage.format" },
  { name = "otlp", module = "evidence.otlp.format" },
  { name = "prometheus", module = "evidence.prometheus.format" },
  { name = "webhook", module = "evidence.webhook.format" },
}

local MOST_FILE <const> = 64 << 20 -- bytes of a file of JSON lines before it is put aside as FILE.1

--- The module of a format.
---@param name string
---@return table
function M.format(name)
  for _, format in ipairs(M.formats) do
    if format.name == name then
      return require(format.module)
    end
  end
  error(("there is no format '%s' of evidence"):format(name))
end

-- The scheme and host of an address.
local function host_of(url)
  local scheme <const>, host <const> = url:match("^(%a+)://([^/?#]*)")
  return scheme and ("%s://%s"):format(scheme, (host:gsub("^.*@", ""))) or nil
end

-- Those of a format. Settings that it stumbles over are its own problem, not that of the command.
local function of_format(format, env, settings)
  local ok <const>, found <const>, wrong <const> = pcall(require(format.module).destinations, env, settings)
  if ok then
    return found, wrong or {}
  end
  local why <const> = type(found) == "table" and found.message or tostring(found)
  return {}, { { message = ("%s: its settings cannot be used: %s"):format(format.name, why) } }
end

--- All destinations.
---@param env (fun(name: string): string?)? the variables; those of the process where it is nil
---@param settings table? `observability` of the artifact or the platform, plain
---@return floe.destination[]
---@return { message: string, hint: string? }[] problems settings that say nothing useful
function M.of(env, settings)
  local out <const>, problems <const> = {}, {}
  for _, format in ipairs(M.formats) do
    local found <const>, wrong <const> = of_format(format, env or system.env, settings or {})
    for _, destination in ipairs(found) do
      destination.shown = destination.url and host_of(destination.url)
      out[#out + 1] = destination
    end
    table.move(wrong, 1, #wrong, #problems + 1, problems)
  end
  return out, problems
end

--- Adds an event to a file of JSON lines. A file that has become large is put aside as FILE.1, over an older one.
---@param root string the product's folder
---@param destination floe.destination of kind "file"
---@param text string one line, without its end
---@return boolean? done
---@return table? err
function M.write(root, destination, text)
  local path <const> = destination.path:sub(1, 1) == "/" and destination.path or files.join(root, destination.path)
  return bounded.add(path, text, MOST_FILE)
end

return M
