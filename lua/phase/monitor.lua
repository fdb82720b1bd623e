-- The monitor phase: a service that watches the contracts of products. It looks when something is due, checks it, lets
-- policies judge what was found, and tells whoever is to know. It goes on until it is asked to end, whatever a check,
-- a policy or a backend does meanwhile.

local logs <const> = require "monitor.log"
local managers <const> = require "monitor.manager"
local pages <const> = require "monitor.pages"
local products <const> = require "monitor.product"
local registries <const> = require "evidence.prometheus.registry"
local schedule <const> = require "monitor.schedule"
local system <const> = require "host.system"
local words <const> = require "terminal"

local M = {}

local EXIT_BLOCKED <const>, EXIT_INPUT <const>, EXIT_POLICY <const>, EXIT_OUTSIDE <const> = 1, 2, 3, 4
local MOST <const> = 500 -- checks of a product at once
local PAUSE <const> = 15 -- seconds of sleep at most: a clock that leaps, or a machine that slept, is noticed by then
-- Seconds until a round that came to nothing is repeated: twice as many each time, up to an hour.
local RETRY <const>, LONGEST_RETRY <const> = 60, 3600

local function now()
  return system.nanoseconds() // 1000000
end

---@class floe.monitor.options
---@field folders string[]
---@field listen string? nil: nothing is served
---@field once boolean?
---@field timeout number seconds that one table may take
---@field environment string?
---@field enforce string?
---@field dbt string?

---@class floe.monitor
---@field options floe.monitor.options
---@field log floe.log
---@field products floe.monitor.product[]
---@field registry floe.metrics.registry
---@field schedule floe.monitor.schedule
---@field pages floe.monitor.pages?
---@field manager floe.monitor.manager
---@field tries table<floe.monitor.product, integer> rounds that came to nothing, one after another
---@field exit integer
local Monitor <const> = {}
Monitor.__index = Monitor

-- ---- beginning ------------------------------------------------------------------------------------------------

-- Contracts of several products may have one name; in the schedule they stand behind their product.
local function scheduled(list)
  local contracts <const>, owners <const> = {}, {}
  for _, product in ipairs(list) do
    for _, contract in ipairs(product:watched()) do
      local name <const> = product.id .. "/" .. contract.name
      contracts[#contracts + 1] = { name = name, intervals = contract.intervals }
      owners[name] = { product = product, contract = contract.name }
    end
  end
  return contracts, owners
end

local function contracts_of(self)
  local count = 0
  for _, product in ipairs(self.products) do
    count = count + product.count
  end
  return count
end

local function status(self)
  return ("monitoring %s of %s"):format(words.count(contracts_of(self), "contract"),
    words.count(#self.products, "product"))
end

function Monitor:plan()
  local contracts <const>, owners <const> = scheduled(self.products)
  self.owners = owners
  self.schedule = schedule.new(contracts, function(name, kind)
    local owner <const> = owners[name]
    return not self.options.once and owner.product:last_check(owner.contract, kind) or nil
  end)
end

local function announce(self, product)
  for _, note in ipairs(product.notes) do
    self.log:say("WARNING", ("%s: %s"):format(product.id, note), { product = product.id })
  end
  if next(product.intervals) == nil then
    self.log:say("WARNING", ("%s: its platform wants no contract to be monitored"):format(product.id),
      { product = product.id })
  end
end

local function open_all(self)
  local seen <const> = {}
  for _, folder in ipairs(self.options.folders) do
    local product <const>, err <const> = products.open(folder, self.options, now())
    if not product then
      self.log:fail("not monitored", err)
      return err.outside and EXIT_OUTSIDE or EXIT_INPUT
    elseif seen[product.id] then
      self.log:fail("not monitored",
        { message = ("'%s' and '%s' are the same product"):format(seen[product.id], folder) })
      return EXIT_INPUT
    end
    seen[product.id] = folder
    self.products[#self.products + 1] = product
    announce(self, product)
  end
  return nil
end

local function begin_pages(self)
  if self.options.once or not self.options.listen then
    return nil
  end
  local served <const>, err <const> = pages.start(self.options.listen)
  if not served then
    self.log:fail("nothing can be served", err)
    return err.code == "invalid" and EXIT_INPUT or EXIT_OUTSIDE
  end
  self.pages = served
  served:metrics(self.registry)
  return nil
end

-- ---- rounds ---------------------------------------------------------------------------------------------------

local LEVELS <const> = { info = "INFO", warning = "WARNING", error = "ERROR", critical = "ERROR" }

local function tell_notice(self, product, notice)
  local resolved <const> = notice.state == "resolved"
  local to <const> = #notice.channels > 0 and table.concat(notice.channels, ", ") or "nobody"
  self.log:say(resolved and "INFO" or LEVELS[notice.severity],
    ("%s %s: %s: %s"):format(resolved and "resolved" or notice.priority, notice.contract, notice.type,
      notice.message), {
      event = "alert", product = product.id, contract = notice.contract, version = notice.version, type = notice.type,
      element = notice.element, state = notice.state, reason = notice.reason, severity = notice.severity,
      priority = notice.priority, channels = to,
    })
end

local function count(results)
  local counts <const> = { pass = 0, violation = 0, skipped = 0, error = 0 }
  for _, result in ipairs(results) do
    counts[result.status] = counts[result.status] + 1
  end
  return counts
end

local function tell_tidied(self, product, tidied)
  local of_product <const> = { product = product.id }
  for _, run in ipairs(tidied and tidied.ended or {}) do
    self.log:say("WARNING", ("%s: the run %s was cut off, and has its end in the ledger now"):format(product.id, run),
      { event = "run_ended", product = product.id, run = run })
  end
  if tidied and tidied.taken > 0 then
    self.log:say("INFO", ("%s: %s taken out of the ledger, by governance.evidence.retention"):format(product.id,
      words.count(tidied.taken, "entry", "entries")), {
        event = "pruned", product = product.id, entries = tidied.taken,
      })
  end
  for _, line in ipairs(tidied and tidied.problems or {}) do
    self.log:say("WARNING", ("%s: %s"):format(product.id, line), of_product)
  end
end

local function tell_round(self, product, round)
  local of_product <const> = { product = product.id }
  for _, notice in ipairs(round.notices) do
    tell_notice(self, product, notice)
  end
  if round.failure then
    self.log:fail(("%s could not be checked"):format(product.id), round.failure, of_product)
  end
  if round.unkept then
    self.log:fail(("%s: something is not in the ledger%s"):format(product.id,
      product.kept.required and ", which the platform requires" or ""), round.unkept, of_product)
  end
  tell_tidied(self, product, round.tidied)
  for _, problem in ipairs(round.verdict.errors) do
    self.log:fail(("%s: it could not be judged"):format(product.id), problem, of_product)
  end
  for _, line in ipairs(round.problems) do
    self.log:say("WARNING", ("%s: %s"):format(product.id, line), of_product)
  end
  local counts <const> = count(round.results)
  self.log:say("INFO", ("%s: %s, %d passed, %s, %d skipped, %d could not be done"):format(product.id,
    words.count(#round.results, "check"), counts.pass, words.count(counts.violation, "violation"), counts.skipped,
    counts.error), {
      event = "checked", product = product.id, checks = #round.results, passed = counts.pass,
      violations = counts.violation, skipped = counts.skipped, errors = counts.error,
      duration_ms = math.floor(round.seconds * 1000 + 0.5),
    })
end

local RANK <const> = { [0] = 0, [EXIT_BLOCKED] = 1, [EXIT_POLICY] = 2, [EXIT_OUTSIDE] = 3, [EXIT_INPUT] = 4 }

local function note_exit(self, exit)
  self.exit = (RANK[exit] or 0) > RANK[self.exit] and exit or self.exit
end

-- Lets a round that came to nothing be repeated. The same products, again and again, come further and further apart.
local function repeat_round(self, product, items)
  local tries <const> = self.tries[product] or 0
  local seconds <const> = math.min(RETRY << math.min(tries, 10), LONGEST_RETRY)
  self.tries[product] = tries + 1
  local again <const> = {}
  for index, item in ipairs(items) do
    again[index] = item.item
  end
  self.schedule:again(again, now() + seconds * 1000)
  return seconds
end

local function check(self, product, items)
  local round <const>, err <const> = product:check(items, now(), function()
    self:turn()
  end)
  if round then
    tell_round(self, product, round)
    note_exit(self, (round.failure or round.again) and EXIT_OUTSIDE or round.verdict.exit)
  elseif not err.interrupted then
    note_exit(self, EXIT_POLICY)
    self.log:say("ERROR", ("%s: a round of checks failed: %s"):format(product.id, err.message),
      { product = product.id, stack = err.stack })
  else
    return
  end
  if (not round or round.again) and not self.options.once then
    self.log:say("WARNING", ("%s: these checks are repeated within %s"):format(product.id,
      words.count(repeat_round(self, product, items), "second")), { event = "repeated", product = product.id })
  else
    self.tries[product] = nil
  end
end

-- What is due, by its product, in the order of the products.
local function due(self, at)
  local by_product <const> = {}
  for _, item in ipairs(self.schedule:take(at)) do
    local owner <const> = self.owners[item.contract]
    by_product[owner.product] = by_product[owner.product] or {}
    table.insert(by_product[owner.product], { contract = owner.contract, type = item.type, item = item })
  end
  return by_product
end

-- Not stuck, as the pages and the service manager are told: also while a round is waited for.
function Monitor:turn()
  if self.pages then
    self.pages:turn(self.products)
  end
  self.manager:turn()
end

-- Checks what is due of a product, not too much at once: what is found is in memory until it is told.
local function check_all(self, product, items)
  for first = 1, #items, MOST do
    if system.interrupted() then
      return
    end
    check(self, product, table.move(items, first, math.min(first + MOST - 1, #items), 1, {}))
    self:turn()
  end
end

function Monitor:round()
  local items <const> = due(self, now())
  for _, product in ipairs(self.products) do
    check_all(self, product, items[product] or {})
    if not system.interrupted() then
      product:send()
    end
  end
  if self.pages and next(items) then
    self.pages:metrics(self.registry)
  end
  if next(items) then
    system.trim() -- what was found is told
  end
end

function Monitor:reload()
  self.manager:reloading()
  for _, product in ipairs(self.products) do
    local ok <const>, done <const>, err <const> = pcall(product.reload, product)
    if ok and done then
      self.log:say("INFO", ("%s: the settings were read anew"):format(product.id), { product = product.id })
      announce(self, product)
    else
      self.log:fail(("%s: the new settings are not usable, the old ones stay"):format(product.id),
        ok and err or { message = tostring(done) }, { product = product.id })
    end
  end
  self:plan()
  self.manager:ready(status(self))
end

function Monitor:watch()
  self.manager:ready(status(self))
  while not system.interrupted() do
    if system.reload() then
      self:reload()
    end
    self:round()
    self:turn()
    local next_due <const> = self.schedule:next()
    local left <const> = next_due and (next_due - now()) / 1000 or PAUSE
    if left > 0 and not system.interrupted() then
      system.sleep(math.min(left + 0.001, PAUSE, self.manager.often or PAUSE))
    end
  end
end

-- ---- the end ----------------------------------------------------------------------------------------------------

local function finish(self)
  self.manager:stopping()
  for _, product in ipairs(self.products) do
    local done <const>, err <const> = product:close()
    if not done then
      self.log:fail(("%s: the last checks are not in the ledger"):format(product.id), err, { product = product.id })
      note_exit(self, product.kept.required and EXIT_OUTSIDE or 0)
    end
  end
  if self.pages then
    self.pages:stop()
  end
end

local function start(self)
  local exit <const> = open_all(self) or begin_pages(self)
  if exit then
    return exit
  end
  self:plan()
  self.log:say("INFO", ("%s%s"):format(status(self),
    self.pages and (", http://%s/metrics"):format(self.pages:address()) or ""), {
      event = "started", contracts = contracts_of(self), products = #self.products, version = system.versions().floe,
      listen = self.pages and self.pages:address() or nil,
    })
  return nil
end

--- Watches until it is asked to end, or for one round.
---@param options floe.monitor.options
---@param terminal terminal
---@param log_format "json"|"text"|nil
---@return integer exit
function M.run(options, terminal, log_format)
  local registry <const> = registries.new()
  options.registry = registry
  local log <const> = logs.open(terminal, log_format)
  local self <const> = setmetatable({
    options = options, log = log, products = {}, registry = registry, exit = 0, tries = {},
    manager = managers.open(function(err)
      log:fail("the service manager cannot be told how the service is", err)
    end),
  }, Monitor)
  if not options.once then
    system.reload_on_hangup()
    collectgarbage("incremental", 150) -- it goes on for long: memory counts more than time
  end
  local failed <const> = start(self)
  if not failed and options.once then
    self:round()
  elseif not failed then
    self:watch()
    self.log:say("INFO", "ended as it was asked to", { event = "stopped" })
    self.exit = 0
  end
  finish(self)
  return failed or self.exit
end

return M
