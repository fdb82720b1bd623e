-- A product that is watched: its contracts, how they are checked and judged, who hears of it, and what is remembered.
--
-- A round of checks is a process of its own, a copy of this one: what checking and judging leave in memory is gone
-- with it, and neither a driver that hangs nor a policy that kills its worker ends the service. It does all that is to
-- be done; this process then learns what was found and remembers the same.

local alerts <const> = require "monitor.alert"
local artifacts <const> = require "compile.artifact"
local destinations <const> = require "evidence.destinations"
local document <const> = require "host.document"
local files <const> = require "host.files"
local histories <const> = require "check.history"
local journals <const> = require "monitor.journal"
local json <const> = require "host.json"
local judging <const> = require "run.judging"
local ledgers <const> = require "evidence.ledger"
local process <const> = require "host.process"
local sender <const> = require "evidence.sender"
local rounds <const> = require "monitor.round"
local rules <const> = require "evidence.rules"
local schedule <const> = require "monitor.schedule"
local spools <const> = require "evidence.spool"
local system <const> = require "host.system"

local M = {}

local LOCK <const> = ".floe/monitor.lock"
local PARTS <const> = {
  metadata = true, identity = true, mode = true, inheritance_chain = true, plugins = true, dbt = true,
  governance = true, data_contracts = true, observability = true,
}
local LONGEST_LINE <const> = 256 << 20 -- bytes of what a round says
local LONGEST_ROUND <const> = 840 -- seconds
local GRACE <const> = 3 -- seconds to end in good order
local SENDING <const> = 10 -- seconds that a try to send what waits may take
local BEAT <const> = 1 -- seconds of waiting for a round after which the service shows that it still turns
local TIDYING <const> = 300 -- seconds between two looks at what is to be done for the ledger
local STALE <const> = 2 -- intervals without a round …
local LEAST_STALE <const> = 10 -- … and at least so many seconds

---@class floe.monitor.product
---@field folder string
---@field id string
---@field contracts table<string, floe.check.contract> by name
---@field count integer of its contracts
---@field intervals floe.monitor.intervals
---@field alerts floe.monitor.alerts
---@field journal floe.monitor.journal
---@field history floe.check.history
---@field last table<string, integer> when a check was done last, by contract and type
---@field ready boolean the last round could be done, and is kept as far as the platform requires it
---@field trouble string? why it could not
---@field unkept table? what could not be kept of the last round
---@field checked_at integer?
---@field finished number of the monotonic clock: when the last round was, or the watching began
---@field tidied number? of the monotonic clock
---@field kept floe.ledger.rules what the platform asks of the ledger
local Product <const> = {}
Product.__index = Product

-- ---- opening ------------------------------------------------------------------------------------------------

local function read_artifact(folder)
  local path <const> = files.join(folder, artifacts.path)
  local artifact <const>, problem = artifacts.read(path)
  if not artifact then
    if not files.is_dir(folder) then
      problem = { code = "not_found", message = ("there is no folder '%s'"):format(folder),
        hint = "name the folder of a product" }
    elseif problem.code == "not_found" or not files.exists(path) then
      problem.message, problem.file = ("'%s' is not compiled"):format(folder), nil
      problem.hint = "run `floe compile` in it first"
    end
    return nil, problem
  end
  local mistake <const> = artifacts.mistake(artifact, path, PARTS)
  if mistake then
    return nil, mistake
  end
  return artifact
end

local function open_judging(folder, options)
  local opened <const>, problems <const> = judging.open {
    folder = folder, phase = "monitor", as_of = system.date(), as_of_time = system.timestamp(),
    environment = options.environment, enforce = options.enforce, workers = 1, reading = { facts = "auto" },
  }
  if not opened then
    return nil, problems[1]
  end
  opened:complete()
  if #opened.loading.errors > 0 then
    return nil, opened.loading.errors[1]
  end
  return opened
end

local function named(list)
  local out <const>, count = {}, 0
  for _, contract in ipairs(list) do
    out[contract.name] = contract
    count = count + 1
  end
  return out, count
end

local function channels_of(all)
  local out <const> = {}
  for _, destination in ipairs(all) do
    if destination.format == "webhook" then
      out[#out + 1] = {
        name = destination.name, min_severity = destination.min_severity, contracts = destination.contracts,
      }
    end
  end
  return out
end

-- What a product says of itself, to whoever is told of its checks.
local function about(artifact)
  local said <const> = artifact.metadata
  local top <const> = (artifact.inheritance_chain or {})[1]
  return {
    product = {
      id = artifact.identity.product_id, name = said.product_name, version = said.product_version,
      domain = artifact.identity.domain, owner = said.owner,
      namespace = artifact.observability.lineage_namespace,
    },
    platform = top and { name = top.name, version = top.version, digest = top.digest, mode = artifact.mode }
      or { mode = artifact.mode },
  }
end

-- What the platform asks of the ledger: what has to be kept needs one.
local function rules_of(folder, governance)
  local asked <const> = rules.of(governance)
  if asked.required and not ledgers.locate(folder) then
    return nil, { outside = true, message = "FLOE_LEDGER is 'off', and the platform requires that checks are recorded",
      hint = "name a file, or take FLOE_LEDGER away" }
  end
  return asked
end

-- Everything that a change of the settings changes. Nothing of the product is touched before all of it is read.
local function read(folder, options)
  local artifact <const>, problem <const> = read_artifact(folder)
  if not artifact then
    return nil, problem
  end
  local opened <const>, wrong <const> = open_judging(folder, options)
  if not opened then
    return nil, wrong
  end
  local kept <const>, unkept <const> = rules_of(folder, opened.loading.governance)
  if not kept then
    return nil, unkept
  end
  local dbt <const> = opened.loading.dbt
  local contracts <const>, count <const> = named(require("check.contracts").of_artifact(artifact, dbt and dbt.project))
  local settings <const> = (document.plain(artifact.governance.resolved) or {}).data_contracts or {}
  local observability <const> = document.plain(artifact.observability)
  local monitoring <const> = settings.monitoring or {}
  local intervals <const>, misread <const> = schedule.intervals(monitoring)
  local all <const>, unsent <const> = destinations.of(system.env, observability)
  local channels <const> = channels_of(all)
  local routing <const>, misrouted <const> = alerts.settings(settings.alerting, channels)
  local notes <const> = table.move(misrouted, 1, #misrouted, #misread + 1, misread)
  for _, note in ipairs(unsent) do
    notes[#notes + 1] = note.message
  end
  return {
    id = artifact.identity.product_id, about = about(artifact), judging = opened, kept = kept,
    contracts = contracts, count = count,
    intervals = (monitoring.enabled == false or monitoring.mode == "on_demand") and {} or intervals,
    observability = observability, destinations = all, channels = channels, routing = routing, notes = notes,
    project = dbt and dbt.project, catalog = (document.plain(artifact.plugins) or {}).catalog,
    connection = require("check.connection").of_artifact(folder, artifact, options.dbt),
  }
end

local function take(self, settings)
  for name, value in pairs(settings) do
    self[name] = value
  end
end

-- What the ledger knows. Only what the monitor checked itself counts as checked: what others found, nobody was told of.
local function remember(self, now)
  local notices <const>, err <const> = self.journal:notices(now - alerts.MEMORY)
  if not notices then
    return nil, err
  end
  self.alerts:recall(notices, now)
  return self.journal:results(now - histories.MEMORY, function(result, own)
    if own then
      self:note(result)
    else
      self.history:add(result)
    end
  end)
end

--- Begins to watch a product. Nobody else may at the same time.
---@param folder string
---@param options { environment: string?, enforce: string?, dbt: string?, timeout: number, registry: table }
---@param now integer
---@return floe.monitor.product?
---@return table? err
function M.open(folder, options, now)
  local settings <const>, err <const> = read(folder, options)
  if not settings then
    return nil, err
  end
  if #settings.destinations > 0 then
    spools.keep_settings(folder, settings.observability) -- for who sends by hand what is left
  end
  local mine <const> = ("process %d"):format(system.pid)
  local lock <const>, held <const> = files.lock(files.join(folder, LOCK), mine)
  if not lock and held.code == "conflict" and held.message == mine then
    return nil, { code = "invalid", message = ("the folder '%s' is named twice"):format(folder) }
  elseif not lock then
    return nil, held.code ~= "conflict" and held or { code = "conflict",
      outside = true, message = ("'%s' is monitored already, by %s"):format(folder, held.message),
      hint = "end the other monitor first" }
  end
  local self <const> = setmetatable({
    folder = folder, options = options, lock = lock, last = {}, ready = true, history = histories.new(),
    finished = system.monotonic(),
    recorder = require("evidence.prometheus.recorder").new(options.registry),
  }, Product)
  take(self, settings)
  self.journal = journals.open(folder, self.id)
  self.alerts = alerts.new(self.routing, self.channels)
  local remembered <const>, forgotten <const> = remember(self, now)
  if not remembered then
    self.notes[#self.notes + 1] = "the ledger cannot be read, and earlier alerts are not known: " .. forgotten.message
  end
  return self
end

--- Reads everything anew; where that fails all stays as it was.
---@return boolean? done
---@return table? err
function Product:reload()
  local settings <const>, err <const> = read(self.folder, self.options)
  if not settings then
    return nil, err
  elseif settings.id ~= self.id then
    return nil, { message = ("the product is '%s' now, and was '%s'"):format(settings.id, self.id),
      hint = "start the monitor anew" }
  end
  take(self, settings)
  self.alerts:change(self.routing, self.channels)
  return true
end

-- ---- remembering ----------------------------------------------------------------------------------------------

local function check_key(contract, kind)
  return contract .. "\0" .. kind
end

--- Remembers a result.
---@param result floe.check.result
function Product:note(result)
  local key <const> = check_key(result.contract, result.type)
  self.last[key] = math.max(self.last[key] or result.at, result.at)
  self.history:add(result)
end

--- When a contract was checked last.
---@param contract string
---@param kind string
---@return integer?
function Product:last_check(contract, kind)
  return self.last[check_key(contract, kind)]
end

--- The contracts that are watched, for a schedule.
---@return { name: string, intervals: floe.monitor.intervals }[]
function Product:watched()
  local out <const> = {}
  for _, name in ipairs(require("floe.set").list(self.contracts)) do
    out[#out + 1] = { name = name, intervals = self.intervals }
  end
  return out
end

-- ---- rounds -------------------------------------------------------------------------------------------------------


-- Hears a process to its end: what it said, or why it said nothing.
local function hear(running, beat)
  local deadline <const>, said, complaints = system.monotonic() + LONGEST_ROUND, nil, {}
  while true do
    local left <const> = math.max(deadline - system.monotonic(), 0)
    local event <const>, stream <const>, line <const> = running:next(math.min(left, BEAT))
    if event == "line" and stream == 1 then
      said = line
    elseif event == "line" then
      complaints[#complaints + 1] = #complaints < 20 and line or nil
    elseif event == "ended" then
      break
    elseif event == "quiet" and left > BEAT then
      beat()
    else
      running:stop(GRACE)
      return nil, { interrupted = event == "interrupted", message = "the round took too long and was ended" }
    end
  end
  local ending <const> = running:stop(0)
  if said and ending.code == 0 then
    return json.decode(said)
  end
  local why <const> = ending.signal and ("it was ended by signal %d"):format(ending.signal)
    or complaints[1] or "it said nothing"
  return nil, { interrupted = system.interrupted(), message = why, stack = table.concat(complaints, "\n") }
end

-- Remembers what was found. What is to be repeated, as it had to be kept and is not, counts for the alerts alone: they
-- are out.
local function learn(self, round, now)
  for _, result in ipairs(round.results) do
    if not round.again then
      self:note(result)
    end
    self.recorder:contract_checked(result)
  end
  self.recorder:policy_judged(round.verdict)
  self.journal:gather(round.results)
  round.notices = rounds.notices(self, round.results, round.stands, now)
  for _, index in ipairs(round.owed) do
    self.journal:owe(round.notices[index])
  end
end

-- Writes what has to be written by now; after a failure all there is, to learn whether it is over.
local function settle(self, round, now)
  local kept, unkept
  if self.unkept then
    kept, unkept = self.journal:flush()
  else
    kept, unkept = self.journal:settle(now, self.kept.required)
  end
  round.unkept = round.unkept or not kept and unkept or nil
  self.unkept = round.unkept
end

-- How the product is, after a round.
local function note_state(self, round)
  local missing <const> = self.kept.required and round.unkept
  self.trouble = round.failure and round.failure.message
    or missing and "checks are not in the ledger, which the platform requires: " .. missing.message or nil
  self.ready = self.trouble == nil
end

--- Seconds from now until nobody can say any more that the product is watched: no round came to its end for two of its
--- intervals. Below 0 that is so; never where there is nothing to check.
---@return number
function Product:left()
  local shortest = math.huge
  for _, seconds in pairs(self.count > 0 and self.intervals or {}) do
    shortest = math.min(shortest, seconds)
  end
  return self.finished + math.max(STALE * shortest, LEAST_STALE) - system.monotonic()
end

-- Whether it is time to see to the ledger, too.
local function tidies(self)
  local now <const> = system.monotonic()
  if self.tidied and now - self.tidied < TIDYING then
    return false
  end
  self.tidied = now
  return true
end

--- Checks what is due, lets it be judged, and tells everybody.
---@param items floe.monitor.item[] of this product
---@param now integer
---@param beat fun() called now and then while it waits
---@return floe.monitor.told? round with `notices`, and `again` where it has to be repeated
---@return { message: string, interrupted: boolean?, stack: string? }? err
function Product:check(items, now, beat)
  local tidy <const> = tidies(self)
  local running <const>, unstarted <const> = process.fork(function()
    collectgarbage("incremental", 400) -- it is short
    local ok <const>, raised <const> = xpcall(rounds.work, function(raised)
      local known <const> = type(raised) == "table"
      return known and (raised.message or raised.interrupted and "interrupted")
        or debug.traceback(tostring(raised), 2)
    end, self, items, now, tidy)
    if not ok then
      error(raised, 0)
    end
  end, { longest_line = LONGEST_LINE })
  local round, err = nil, unstarted
  if running then
    round, err = hear(running, beat)
    running:close()
  end
  if not round then
    if not err.interrupted then
      self.ready, self.trouble = false, err.message
    end
    return nil, err
  end
  round.again = self.kept.required and round.unkept ~= nil
  learn(self, round, now)
  settle(self, round, now)
  note_state(self, round)
  if round.tidied and round.tidied.waits then
    self.tidied = nil
  end
  self.checked_at, self.finished = now, system.monotonic()
  return round
end

-- ---- sending ----------------------------------------------------------------------------------------------------

--- Sends what waits in the spool, by a process beside this one; it is looked at with the next call.
function Product:send()
  if self.sending then
    if self.sending:next(0) ~= "ended" then
      return
    end
    self.sending:close()
    self.sending = nil
  end
  if sender.has_work(self.folder, self.destinations) then
    self.sending = process.fork(function()
      sender.flush(self.folder, self.destinations, SENDING, true)
    end)
  end
end

-- Lets the sender end: what it leaves waits in the spool.
local function finish_sending(self, seconds)
  self:send()
  local running <const> = self.sending
  if running then
    running:next(seconds)
    running:stop(GRACE)
    running:close()
    self.sending = nil
  end
end

--- Writes what is not written yet, and lets others watch the product.
---@return boolean? done
---@return table? err
function Product:close()
  finish_sending(self, system.interrupted() and 0 or SENDING)
  local done <const>, err <const> = self.journal:flush()
  self.lock:close()
  return done, err
end

return M
