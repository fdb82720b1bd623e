-- A round of checks of a product: what is due is checked, judged, and told to everybody but the service itself. It runs
-- in a process of its own, a copy of the service, which says at its end what was found.

local arguments <const> = require "evidence.arguments"
local json <const> = require "host.json"
local observers <const> = require "evidence.observers"
local records <const> = require "check.record"
local schedule <const> = require "monitor.schedule"
local system <const> = require "host.system"
local tidying <const> = require "monitor.tidy"
local traces <const> = require "evidence.trace"

local M = {}

local ATTENTION <const> = { alert_only = true, block = true }
local STANDING <const> = { alert = true, block = true }

-- What is asked: contracts, each with the types that are due.
local function asked(self, items)
  local out <const>, at <const> = {}, {}
  for _, item in ipairs(items) do
    local contract <const> = self.contracts[item.contract]
    local entry = at[item.contract]
    if not entry then
      entry = {
        name = contract.name, document = contract.document, relations = contract.relations,
        consumers = contract.consumers, types = {},
      }
      at[item.contract], out[#out + 1] = entry, entry
    end
    entry.types[item.type] = true
  end
  return out
end

-- Nothing could be asked at all: each check is one that could not be done.
local function undone(self, items, err, now)
  local out <const> = {}
  for index, item in ipairs(items) do
    local version <const> = self.contracts[item.contract].document.version
    out[index] = {
      contract = item.contract, version = version ~= nil and tostring(version) or nil, type = item.type,
      status = "error", message = err.message, seconds = 0, at = now,
    }
  end
  return out
end

local function check(self, items, now)
  local known <const> = self.history:at(now)
  return require("check.run").check {
    root = self.folder, contracts = asked(self, items), types = schedule.TYPES, connection = self.connection,
    loading = self.judging.loading,
    timeout = self.options.timeout, now = now, violations = known.violations, availability = known.availability,
  }
end

-- Whether people want to be told of a result: by what policies made of it, or of its kind where nothing is broken yet.
local function standing(self, verdict)
  local found <const>, modes <const> = {}, {}
  for _, finding in ipairs(verdict.findings) do
    found[finding.subject] = found[finding.subject] or STANDING[finding.verdict]
  end
  for _, policy in ipairs(verdict.policies) do
    modes[policy.id] = policy.mode
  end
  return function(result)
    if result.status == "pass" then
      return ATTENTION[modes["contract." .. result.type]] == true
    end
    return verdict.verdict == "error" or found[self.judging:check_id(result)] == true
  end
end

local WORDS <const> = {
  violation = "violates", approaching = "is close to violating", unchecked = "could not be checked for",
}

-- "table.column", as far as a notice is about one.
local function element_of(notice)
  local element <const>, schema <const> = notice.element, notice.schema
  if not element or not schema or element == schema then
    return element or schema
  end
  return schema .. "." .. element
end

-- A notice as channels are told it. What fires counts as over when it is not said again.
local function alert_of(self, notice, trace)
  return {
    key = table.concat({ "contract", self.id, notice.contract, notice.type, notice.schema or "", notice.element or "",
      notice.rule or "" }, ":"),
    kind = "contract_violation", status = notice.state, severity = notice.severity, priority = notice.priority,
    title = ("Contract %s %s %s"):format(notice.contract, WORDS[notice.status], notice.type),
    message = notice.message, at = notice.first_at,
    ended_at = notice.state == "resolved" and notice.at or notice.at + 2 * self.routing.dedup,
    product = self.id, environment = self.options.environment, contract = notice.contract, version = notice.version,
    type = notice.type, element = element_of(notice), expected = notice.expected, actual = notice.actual,
    trace_id = trace.trace_id, channels = notice.channels,
  }
end

local function describe(self, id, now, trace)
  return {
    id = id, command = "monitor", arguments = arguments.shown(), at = now, product = self.about.product,
    platform = self.about.platform, environment = self.options.environment, trace = trace,
    floe = system.versions().floe,
  }
end

--- What is to be said of results, and of contracts that are not watched any more. The same results give the same
--- notices, here and in the process that remembers.
---@param self floe.monitor.product
---@param results floe.check.result[]
---@param stands boolean[] whether people want to be told of each
---@param now integer
---@return floe.monitor.notice[]
function M.notices(self, results, stands, now)
  local out <const> = {}
  for index, result in ipairs(results) do
    out[#out + 1] = self.alerts:hear(result, stands[index], now)
  end
  for _, over in ipairs { self.alerts:settle(results, now), self.alerts:sweep(self.contracts, now) } do
    table.move(over, 1, #over, #out + 1, out)
  end
  return out
end

---@class floe.monitor.told what a round says of itself
---@field results floe.check.result[]
---@field stands boolean[]
---@field verdict { command: string, product: table, verdict: string, exit: integer, counts: table, findings: table[],
---  errors: table[] }
---@field seconds number
---@field failure table? why nothing could be asked
---@field unkept table? why something is not in the ledger
---@field owed integer[] which of the notices are not in the ledger
---@field tidied floe.monitor.tidied? what was done for the ledger
---@field problems string[] of observers

-- Tells everybody but the service itself. The channels hear of a notice before the ledger does: what is not remembered
-- is said again rather than never.
local function tell(self, round, results, verdict, now)
  local told <const>, trace <const> = observers.open {
    root = self.folder, settings = self.observability, connection = self.connection, project = self.project,
    catalog = self.catalog, sends = false,
  }, traces.begin()
  told:tell("command_started", describe(self, round.id, now, trace))
  for _, result in ipairs(results) do
    told:tell("contract_checked", result)
  end
  told:tell("policy_judged", verdict)
  for index, notice in ipairs(M.notices(self, results, round.stands, now)) do
    told:tell("alert", alert_of(self, notice, trace))
    local kept <const>, err <const> = self.journal:notice(notice)
    if not kept then
      round.unkept = err
      round.owed[#round.owed + 1] = index
    end
  end
  told:tell("command_ended", {
    at = system.nanoseconds() // 1000000, seconds = system.monotonic() - round.begin,
    status = round.failure and "failed" or "complete", exit = verdict.exit, counts = verdict.counts,
    message = round.failure and round.failure.message, error_type = round.failure and round.failure.code,
  })
  return told:close(0)
end

-- The verdict, as far as the service counts and says it.
local function slim(verdict)
  local findings <const>, errors <const> = {}, {}
  for index, finding in ipairs(verdict.findings) do
    findings[index] = { policy = finding.policy, verdict = finding.verdict }
  end
  for index, wrong in ipairs(verdict.errors or {}) do
    errors[index] = { message = wrong.message, kind = wrong.kind, policy = wrong.policy }
  end
  return {
    command = "monitor", product = { id = verdict.product.id }, verdict = verdict.verdict, exit = verdict.exit,
    counts = verdict.counts, findings = json.array(findings), errors = json.array(errors),
  }
end

--- All of a round. What it says goes to standard output, as one line of JSON.
---@param self floe.monitor.product
---@param items floe.monitor.item[] of this product
---@param now integer
---@param tidies boolean whether it sees to the ledger as well
function M.work(self, items, now, tidies)
  local round <const> = { id = system.uuid(), begin = system.monotonic(), stands = {}, owed = {} }
  local results, failure <const> = check(self, items, now)
  if system.interrupted() then
    return
  end
  round.failure = failure
  results = results or undone(self, items, failure, now)
  local verdict <const> = self.judging:judge {
    moment = "check", checks = results, as_of = system.date(now // 1000), as_of_time = system.timestamp(now // 1000),
  }
  local stands <const> = standing(self, verdict)
  local rows <const> = {}
  for index, result in ipairs(results) do
    round.stands[index] = stands(result)
    rows[index] = records.result(result)
  end
  local problems <const> = tell(self, round, results, verdict, now)
  local kept <const>, unkept <const> = self.journal:keep(results, verdict)
  round.unkept = not kept and unkept or round.unkept
  local tidied <const> = tidies and tidying.tidy(self.folder, self.id, self.kept, round.id) or nil
  system.write(1, json.encode {
    results = json.array(rows), stands = json.array(round.stands), verdict = slim(verdict),
    seconds = system.monotonic() - round.begin, failure = failure, unkept = round.unkept,
    owed = json.array(round.owed), tidied = tidied and {
      ended = json.array(tidied.ended), waits = tidied.waits, taken = tidied.taken,
      problems = json.array(tidied.problems),
    } or nil, problems = json.array(problems),
  } .. "\n")
end

return M
