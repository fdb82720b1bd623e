-- Who hears of a check's result, and how often. An alert is about one thing of one contract; it is raised once, raised
-- again where it becomes graver or still stands after a while, and resolved. What was said is remembered by whoever
-- keeps the notices: `recall` takes them back after a restart, so that nothing is forgotten or said twice.
--
-- All times are milliseconds since 1970.

local duration <const> = require "floe.duration"
local glob <const> = require("floe.text").glob

local M = {}

local MINUTE <const>, HOUR <const> = 60000, 3600000

--- Severities, mildest first.
M.SEVERITIES = { "info", "warning", "error", "critical" }

local RANKS <const> = {}
for rank, severity in ipairs(M.SEVERITIES) do
  RANKS[severity] = rank
end

--- What people call a severity when they are woken.
M.PRIORITIES = { info = "P4", warning = "P3", error = "P2", critical = "P1" }

--- For how long notices matter: whoever recalls them need not read older ones.
M.MEMORY = 30 * 24 * HOUR

---@class floe.monitor.alert.settings
---@field dedup integer milliseconds in which the same is not said again
---@field limit integer notices of a contract …
---@field window integer … in so many milliseconds
---@field routing { channel: string, min_severity: string, contract_filter: string? }[]? without it every channel hears
---  what it wants
---@field least string the least severity that is told

local DEFAULTS <const> = { dedup = 30 * MINUTE, limit = 10, window = 60 * MINUTE, least = "warning" }

local function milliseconds(value, otherwise, name, problems)
  if value == nil then
    return otherwise
  end
  local seconds <const> = duration.seconds(value)
  if not seconds then
    problems[#problems + 1] = ("alerting.%s: '%s' is no duration"):format(name, tostring(value))
  end
  return seconds and math.floor(seconds * 1000) or otherwise
end

local function severity(value, otherwise, name, problems)
  if value ~= nil and not RANKS[value] then
    problems[#problems + 1] = ("alerting.%s: '%s' is no severity"):format(name, tostring(value))
  end
  return RANKS[value] and value or otherwise
end

---@class floe.monitor.channel
---@field name string
---@field min_severity string? what it wants to hear, where no rule says more
---@field contracts string[]? globs of the contracts that it wants to hear of

--- What a platform asks for.
---@param asked table? `governance.data_contracts.alerting`
---@param channels floe.monitor.channel[] that there are
---@return floe.monitor.alert.settings
---@return string[] problems what was not understood; there the default stands
function M.settings(asked, channels)
  asked = asked or {}
  local problems <const>, known <const> = {}, {}
  for _, channel in ipairs(channels) do
    known[channel.name] = true
  end
  local out <const> = {
    dedup = milliseconds(asked.dedup, DEFAULTS.dedup, "dedup", problems),
    limit = asked.rate_limit or DEFAULTS.limit,
    window = milliseconds(asked.rate_window, DEFAULTS.window, "rate_window", problems),
    least = severity(asked.min_severity, DEFAULTS.least, "min_severity", problems),
  }
  for index, rule in ipairs(asked.routing or {}) do
    local name <const> = ("routing[%d]"):format(index)
    out.routing = out.routing or {}
    out.routing[index] = {
      channel = rule.channel, contract_filter = rule.contract_filter,
      min_severity = severity(rule.min_severity, out.least, name .. ".min_severity", problems),
    }
    if not known[rule.channel] then
      problems[#problems + 1] = ("alerting.%s.channel: there is no channel '%s'"):format(name, tostring(rule.channel))
    end
  end
  return out, problems
end

---@class floe.monitor.notice what is said
---@field state "firing"|"resolved"
---@field reason "new"|"graver"|"again"|"resolved"
---@field contract string
---@field version string?
---@field type string
---@field schema string?
---@field element string?
---@field rule string?
---@field status "violation"|"approaching"|"unchecked"
---@field severity string
---@field priority string
---@field message string
---@field expected string?
---@field actual string?
---@field first_at integer
---@field at integer
---@field count integer how often it was seen since then
---@field suppressed integer notices of the contract that were held back by the limit since the last one
---@field channels string[]

---@class floe.monitor.alerts
---@field settings floe.monitor.alert.settings
---@field channels floe.monitor.channel[]
---@field known table<string, table> what stands, and what was said of it, by its key
---@field sent table<string, integer[]> when something was said of a contract, within the window
---@field held table<string, integer> what the limit held back since then
local Alerts <const> = {}
Alerts.__index = Alerts

---@param settings floe.monitor.alert.settings
---@param channels floe.monitor.channel[]
---@return floe.monitor.alerts
function M.new(settings, channels)
  return setmetatable({ settings = settings, channels = channels, known = {}, sent = {}, held = {} }, Alerts)
end

--- Other settings; what stands is kept.
---@param settings floe.monitor.alert.settings
---@param channels floe.monitor.channel[]
function Alerts:change(settings, channels)
  self.settings, self.channels = settings, channels
end

local function key_of(what)
  return table.concat({ what.contract, what.type, what.schema or "", what.element or "", what.rule or "" }, "\0")
end

-- ---- remembering ----------------------------------------------------------------------------------------------

-- Times within the window, the oldest first.
local function recent(times, from)
  local out <const> = {}
  for _, at in ipairs(times or {}) do
    out[#out + 1] = at > from and at or nil
  end
  return out
end

--- Takes back notices that were given before, the oldest first.
---@param notices floe.monitor.notice[]
---@param now integer
function Alerts:recall(notices, now)
  for _, notice in ipairs(notices) do
    local firing <const> = notice.state == "firing"
    local entry <const> = self.known[key_of(notice)] or {}
    if firing then
      entry.sent_at, entry.sent_severity = notice.at, notice.severity
      local times <const> = self.sent[notice.contract] or {}
      times[#times + 1] = notice.at
      self.sent[notice.contract] = times
    end
    entry.open, entry.told, entry.status, entry.about = firing, firing, notice.status, notice
    entry.first_at, entry.count, entry.channels = notice.first_at, notice.count, notice.channels
    self.known[key_of(notice)] = entry
  end
  for contract, times in pairs(self.sent) do
    self.sent[contract] = recent(times, now - self.settings.window)
  end
end

--- What stands now.
---@return integer
function Alerts:open()
  local count = 0
  for _, entry in pairs(self.known) do
    count = count + (entry.open and 1 or 0)
  end
  return count
end

-- ---- deciding ---------------------------------------------------------------------------------------------------

-- What a result asks for: its status as an alert and its severity; nil where all is well, false where nothing is known.
local function reading(result)
  if result.status == "violation" then
    return "violation", RANKS[result.severity] and result.severity or "error"
  elseif result.status == "error" then
    return "unchecked", "warning"
  elseif result.status == "skipped" then
    return false
  elseif result.severity and RANKS[result.severity] then
    return "approaching", RANKS[result.severity] <= RANKS.warning and result.severity or "warning"
  end
  return nil
end

-- Who wants to hear what, as rules: those of the platform, or what each channel says itself.
local function rules_of(self)
  if self.settings.routing then
    return self.settings.routing
  end
  local rules <const> = {}
  for _, channel in ipairs(self.channels) do
    for _, filter in ipairs(channel.contracts or { false }) do
      rules[#rules + 1] = {
        channel = channel.name, min_severity = channel.min_severity or self.settings.least,
        contract_filter = filter or nil,
      }
    end
  end
  return rules
end

-- The channels that are to hear of it.
local function routes(self, contract, grade)
  local out <const>, seen <const> = {}, {}
  for _, rule in ipairs(rules_of(self)) do
    if RANKS[grade] >= RANKS[rule.min_severity] and not seen[rule.channel]
      and (not rule.contract_filter or glob(rule.contract_filter, contract)) then
      seen[rule.channel] = true
      out[#out + 1] = rule.channel
    end
  end
  return out
end

local function notice_of(result, entry, state, reason, now)
  local grade <const> = state == "firing" and entry.severity or entry.sent_severity
  return {
    state = state, reason = reason, contract = result.contract, version = result.version, type = result.type,
    schema = result.schema, element = result.element, rule = result.rule, status = entry.status, severity = grade,
    priority = M.PRIORITIES[grade], message = result.message, expected = result.expected, actual = result.actual,
    first_at = entry.first_at, at = now, count = entry.count, suppressed = 0, channels = entry.channels,
  }
end

-- Why something has to be said now; nil where it was said already.
local function reason_of(self, entry, now)
  if not entry.sent_at then
    return "new"
  elseif RANKS[entry.severity] > RANKS[entry.sent_severity] then
    return "graver"
  elseif now - entry.sent_at >= self.settings.dedup then
    return entry.told and "again" or "new"
  end
  return nil
end

-- Whether the contract may be told of once more. A clock that was set back makes no notice of the future count.
local function allowed(self, contract, now)
  local times <const> = recent(self.sent[contract], now - self.settings.window)
  self.sent[contract] = times
  if #times >= self.settings.limit then
    self.held[contract] = (self.held[contract] or 0) + 1
    return false
  end
  times[#times + 1] = now
  return true
end

local function fire(self, result, entry, now)
  local reason <const> = reason_of(self, entry, now)
  local channels <const> = routes(self, result.contract, entry.severity)
  local heard <const> = #channels > 0 or #self.channels == 0 and RANKS[entry.severity] >= RANKS[self.settings.least]
  if not reason or not heard or not allowed(self, result.contract, now) then
    return nil
  end
  entry.channels = channels
  local notice <const> = notice_of(result, entry, "firing", reason, now)
  notice.suppressed, self.held[result.contract] = self.held[result.contract] or 0, nil
  entry.sent_at, entry.sent_severity, entry.told = now, entry.severity, true
  return notice
end

local function stand(self, result, status, grade, now)
  local key <const> = key_of(result)
  local entry <const> = self.known[key] or {}
  self.known[key] = entry
  if status == "unchecked" and entry.open and entry.status ~= "unchecked" then
    return nil -- what stood may still stand: nobody could look
  end
  if not entry.open then
    entry.open, entry.told, entry.first_at, entry.count = true, false, now, 0
  end
  if entry.sent_at and entry.sent_at > now then
    entry.sent_at = now -- the clock was set back
  end
  entry.status, entry.severity, entry.count, entry.about = status, grade, entry.count + 1, result
  return fire(self, result, entry, now)
end

local function resolve(self, result, now)
  local entry <const> = self.known[key_of(result)]
  if not entry or not entry.open then
    return nil
  end
  local told <const> = entry.told
  entry.open, entry.told = false, false
  if not told then
    return nil
  end
  return notice_of(result, entry, "resolved", "resolved", now)
end

--- What is to be said of a result.
---@param result floe.check.result
---@param stands boolean false where nobody wants to be told: a policy that is off or only warns, a waiver
---@param now integer
---@return floe.monitor.notice?
function Alerts:hear(result, stands, now)
  local status <const>, grade <const> = reading(result)
  if status == false then
    return nil
  elseif status and stands then
    return stand(self, result, status, grade, now)
  end
  return resolve(self, result, now)
end

local function by_key(a, b)
  return key_of(a) < key_of(b)
end

-- A kind of check of a table; without one, of the contract.
local function kind_of(what, schema)
  return table.concat({ what.contract, what.type, schema or "" }, "\0")
end

--- Resolves what stood and is not found any more by a check that was answered: a column that is back, a rule that the
--- contract has no more, a database that could not be asked.
---@param results floe.check.result[] of a round, as they were heard
---@param now integer
---@return floe.monitor.notice[]
function Alerts:settle(results, now)
  local out <const>, found <const>, answered <const> = {}, {}, {}
  for _, result in ipairs(results) do
    found[key_of(result)] = true
    if result.status == "pass" or result.status == "violation" then
      answered[kind_of(result, result.schema)], answered[kind_of(result)] = true, true
    end
  end
  for key, entry in pairs(self.known) do
    local about <const> = entry.about
    if entry.open and not found[key] and answered[kind_of(about, about.schema)] then
      out[#out + 1] = resolve(self, setmetatable({ message = "it is not found any more" }, { __index = about }), now)
    end
  end
  table.sort(out, by_key)
  return out
end

--- Resolves what is about a contract that is not watched any more, and forgets what is long past.
---@param watched table<string, boolean> contracts by name
---@param now integer
---@return floe.monitor.notice[]
function Alerts:sweep(watched, now)
  local out <const> = {}
  for key, entry in pairs(self.known) do
    if entry.open and not watched[entry.about.contract] then
      local gone <const> = setmetatable({ message = "the contract is not watched any more" }, { __index = entry.about })
      out[#out + 1] = resolve(self, gone, now)
    end
    if not entry.open and (not entry.sent_at or now - entry.sent_at >= self.settings.dedup) then
      self.known[key] = nil
    end
  end
  table.sort(out, by_key)
  return out
end

return M
