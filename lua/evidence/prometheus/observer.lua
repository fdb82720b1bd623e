-- Metrics of commands that end: a file for node_exporter's textfile collector, and a push to a pushgateway. Each
-- command is a process of its own, so what it counts goes on from a page that is kept with the product; the page of
-- one that goes on for long is served where it listens.

local files <const> = require "host.files"
local format <const> = require "evidence.prometheus.format"
local recorders <const> = require "evidence.prometheus.recorder"
local registries <const> = require "evidence.prometheus.registry"
local settings_of <const> = require "evidence.prometheus.settings"
local spools <const> = require "evidence.spool"

local M = {}

local PAGE <const>, LOCK <const> = "metrics.prom", "metrics.lock"
local WAIT <const> = 2 -- seconds for another command that writes the page
local MOST_BYTES <const> = 64 << 20
local LASTING <const> = { monitor = true }

local Observer <const> = {}

-- What the recorder is told.
for name, method in pairs(recorders.methods) do
  Observer[name] = function(self, ...)
    return method(self.recorder, ...)
  end
end
Observer.__index = Observer

function Observer:command_started(command)
  self.command, self.product = command.command, (command.product or {}).id or ""
  recorders.methods.command_started(self.recorder, command)
end

-- A name that is safe below any folder.
local function file_name(product)
  return ("floe-%s.prom"):format((product:gsub("[^%w._-]", "_")))
end

-- Where the textfile is: in a folder each product has its own.
local function textfile_of(self)
  local named <const> = self.settings.textfile
  return files.is_dir(named) and files.join(named, file_name(self.product)) or named
end

-- Keeps other commands of the product from the page until all is written, the textfile too: an older one never takes
-- the place of a newer one.
local function take_lock(folder)
  local made <const>, err <const> = files.mkdir(folder)
  if not made then
    return nil, err
  end
  return files.lock(files.join(folder, LOCK), "metrics", WAIT)
end

-- Adds what commands before this one told, and keeps all of it for those that come.
local function go_on(self, folder)
  local path <const> = files.join(folder, PAGE)
  local earlier <const> = files.is_file(path) and files.read(path, MOST_BYTES)
  if earlier then
    self.registry:read(earlier)
  end
  local _, err <const> = files.write_private(path, self.registry:text())
  return err
end

local function deliver(self, text)
  local group <const> = { { "product", self.product } }
  group[2] = self.settings.environment and { "environment", self.settings.environment } or nil
  for _, destination in ipairs(self.destinations) do
    self.put(destination, format.line(format.group(self.settings.job, group), text))
  end
  if self.settings.textfile then
    local _, err <const> = files.write(textfile_of(self), text)
    return err
  end
  return nil
end

--- Writes the file and pushes, once the command has ended. Where what came before cannot be reached, the counts of this
--- command alone are told.
function Observer:close()
  if not self.command or LASTING[self.command] then
    return
  end
  local folder <const> = files.join(self.root, spools.folder)
  local lock <close>, unlocked <const> = take_lock(folder)
  local unkept <const> = lock and go_on(self, folder) or unlocked
  local undelivered <const> = deliver(self, self.registry:text())
  local err <const> = undelivered or unkept
  if err then
    error({ message = "metrics could not be written: " .. err.message }, 0)
  end
end

--- The observer of a command; nil where nobody asks for metrics.
---@param context { root: string, env: function, settings: table, destinations: floe.destination[], put: function }
---@return table? observer
function M.open(context)
  local settings <const> = settings_of.of(context.env, context.settings, context.root)
  if not settings.textfile and #context.destinations == 0 then
    return nil
  end
  local registry <const> = registries.new()
  return setmetatable({
    root = context.root, settings = settings, destinations = context.destinations, put = context.put,
    registry = registry, recorder = recorders.new(registry),
  }, Observer)
end

return M
