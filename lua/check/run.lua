-- Checks contracts against the data itself. What every check needs to know is gathered first and asked of the source
-- in one batch; each check then makes a result of the answers. What could not be checked is told as such, and never
-- passes.

local redact <const> = require "evidence.redact"
local set <const> = require "floe.set"
local sql <const> = require "check.sql"
local system <const> = require "host.system"
local text <const> = require "floe.text"

local M = {}

--- The kinds of checks, in the order in which people read them.
M.TYPES = { "freshness", "schema_drift", "quality", "availability", "deprecation" }

local MODULES <const> = {
  freshness = "check.freshness", schema_drift = "check.drift", quality = "check.quality",
  availability = "check.availability", deprecation = "check.deprecation",
}

local TIMEOUT <const> = 30 -- seconds that one table may take

---@class floe.check.contract
---@field document floe.contract.normal
---@field name string? what it is called among those that are checked; without it as its document says
---@field relations table<string, floe.check.relation>? where its tables are, by their names in the contract
---@field models table<string, string>? the unique_ids of the models that build its tables, by the same names
---@field held table<string, string>? tables that are not checked, by the same names: why
---@field consumers string[]?
---@field types table<string, boolean>? the only ones of the request's types that it is checked for

---@class floe.check.relation
---@field database string?
---@field schema string?
---@field identifier string

---@alias floe.check.violations
---| fun(contract: string, type: string, schema: string, element?: string, rule?: string): integer

---@class floe.check.request
---@field root string the product's folder
---@field contracts floe.check.contract[]
---@field types string[]? of M.TYPES; all of them without it
---@field connection floe.check.connection? how dbt connects (check.connection)
---@field loading floe.loading? the product as it was opened: its catalog is asked, where that holds Iceberg tables
---@field catalog any? a handle of host.catalog; opened and closed by a check
---@field namespace string[]? of the product there: for tables that are named without one
---@field facts "duckdb"|"dbt"|"iceberg"|nil the only source to be asked
---@field now integer? milliseconds since 1970
---@field timeout number? seconds that one table may take
---@field violations floe.check.violations? how often a check failed in the last 24 hours; without it the product's
---ledger tells
---@field availability (fun(contract: string, schema: string): integer, integer)? how often a table was there, and was
---looked for, in the last 30 days; without it the product's ledger tells

---@class floe.check.result
---@field contract string
---@field version string?
---@field type string of M.TYPES
---@field schema string? the contract's table
---@field element string? what of it was checked, such as a column; nil: the table as a whole
---@field rule string? which rule, or which kind of drift
---@field expected string?
---@field actual string?
---@field value number? hours, percent or a count
---@field status "pass"|"violation"|"skipped"|"error"
---@field busy boolean? it was skipped, as another process writes to the database
---@field severity "info"|"warning"|"error"|"critical"|nil of a violation; of a pass, how near it is to one
---@field message string
---@field seconds number what asking about its table took
---@field source string? "duckdb", "iceberg" or "dbt"
---@field relation floe.check.relation? the table, where the dbt project says which it is
---@field at integer milliseconds since 1970
---@field consumers string[]?
---@field measured floe.check.measured? what came out about the table besides

---@class floe.check.measured
---@field rows integer?
---@field location string? where an Iceberg table lies
---@field nulls table<string, integer> by column
---@field snapshot { id: string, at: integer?, operation: string?, counts: table<string, integer> }? of an Iceberg table

-- ---- what is asked ----------------------------------------------------------------------------------------

---@class floe.check.target a table of a contract, and what is asked about it
---@field id integer
---@field name string as the contract calls it
---@field object table of the contract's normal form
---@field relation floe.check.relation
---@field measures floe.check.measure[]
---@field columns boolean? its columns are asked for
---@field probe boolean? whether it can be read is asked
---@field snapshot boolean? when it was written is asked
local Target = {}
Target.__index = Target

--- Asks for a measure; the same is asked once.
---@param measure floe.check.measure
---@return integer index of its value in the answer
function Target:ask(measure)
  local key <const> = (measure.rule and "query " or "") .. table.concat(measure.sql, "\0")
  if not self.known[key] then
    self.measures[#self.measures + 1] = measure
    self.known[key] = #self.measures
  end
  return self.known[key]
end

--- The property that is a column.
---@param column string
---@return table? property
function Target:property(column)
  for _, property in ipairs(self.object.properties or {}) do
    if property.name == column or property.physicalName == column then
      return property
    end
  end
  return nil
end

local function relation_of(object, name)
  local parts <const> = text.split(tostring(object.physicalName or name), ".")
  local count <const> = #parts
  return { identifier = parts[count], schema = parts[count - 1], database = parts[count - 2] }
end

---@class floe.check.subject a contract while it is checked
---@field contract floe.check.contract
---@field normal floe.contract.normal
---@field name string
---@field targets floe.check.target[]
---@field dialect floe.check.dialect
---@field now integer
---@field violations fun(type: string, schema: string, element: string?, rule: string?): integer
---@field availability fun(schema: string): integer, integer
local function subject_of(contract, run)
  local normal <const> = contract.document
  local name <const> = contract.name or tostring(normal.name or normal.id or "?")
  local subject <const> = {
    contract = contract, normal = normal, name = name, targets = {}, dialect = run.dialect, now = run.now,
    adapter = run.adapter,
    violations = function(kind, schema, element, rule)
      return run.violations(name, kind, schema, element, rule)
    end,
    availability = function(schema)
      return run.availability(name, schema)
    end,
  }
  for _, object in ipairs(normal.schema or {}) do
    if object.name or object.physicalName then
      local called <const> = tostring(object.name or object.physicalName)
      local placed <const> = (contract.relations or {})[called] -- as the dbt project has it
      local target <const> = setmetatable({
        name = called, object = object, measures = {}, known = {}, id = #run.targets + 1,
        relation = placed or relation_of(object, called), placed = placed,
        held = contract.held and contract.held[called],
      }, Target)
      subject.targets[#subject.targets + 1] = target
      run.targets[#run.targets + 1] = target
    end
  end
  return subject
end

-- ---- what was answered ------------------------------------------------------------------------------------

---@class floe.check.answer what a source says of a table
---@field error { code: string, message: string }? code: "missing", "unreachable", "locked", "timeout", "ambiguous",
---"failed", "unsupported", "refused", "outside" (the engine cannot be asked at all)
---@field relation string? the table's full name
---@field columns { name: string, type: string, nullable: boolean }[]?
---@field values table<integer, any> by the places of the measures; nil: null
---@field errors table<integer, { code: string, message: string }>
---@field snapshot_at integer? milliseconds since 1970
---@field snapshot table? of an Iceberg table, as floe.check.measured has it
---@field location string? where an Iceberg table lies
---@field seconds number?
---@field measures floe.check.measure[]
---@field source string
---@field adapter string? whose types its columns have
local Answer = {}
Answer.__index = Answer

-- Failures that say what the data are not: nothing that is promised of what is not there is kept.
local GONE <const> = set.of { "missing", "column" }

-- Failures after which nothing is known of the data, and nobody is to blame: a writer has the database, or what was
-- asked is none of what the only source can tell.
local SKIPPED <const> = set.of { "locked", "unsupported" }

--- What becomes of a check whose answer failed.
---@param err { code: string, message: string }
---@return table result a part of one
function M.failure(err)
  local message <const> = redact.text(err.message)
  if GONE[err.code] then
    return { status = "violation", severity = "critical", actual = "missing", message = message }
  end
  return { status = SKIPPED[err.code] and "skipped" or "error", message = message, busy = err.code == "locked" or nil }
end

-- Measures that are numbers whatever the table holds: one without a value was not made.
local COUNTS <const> = set.of { "rows", "nulls", "missing", "invalid", "duplicates" }

--- A measure's value.
---@param index integer
---@return any value nil is null, where nothing else comes back
---@return table? failure a part of a result
function Answer:value(index)
  local err <const> = self.error or self.errors[index]
  if err then
    return nil, M.failure(err)
  end
  local value <const> = self.values[index]
  if COUNTS[self.measures[index].kind] and not tonumber(value) then
    return nil, M.failure({ code = "failed", message = "it was not answered" })
  end
  return value
end

--- What is known of the table, whatever it was asked for.
---@return floe.check.measured
function Answer:measured()
  if not self.all_measured then
    local out <const> = { rows = self.rows, nulls = {}, snapshot = self.snapshot, location = self.location }
    for index, measure in ipairs(self.measures) do
      local count <const> = not self.errors[index] and math.tointeger(tonumber(self.values[index]))
      if count and measure.kind == "rows" then
        out.rows = count
      elseif count and measure.kind == "nulls" then
        out.nulls[measure.columns[1]] = count
      end
    end
    self.all_measured = out
  end
  return self.all_measured
end

--- A column by the name that a contract gives it: written alike, or but for capital letters.
---@param name string
---@return table? column
function Answer:column(name)
  if not self.by_name then
    self.by_name = {}
    for _, column in ipairs(self.columns or {}) do
      self.by_name[column.name:lower()] = self.by_name[column.name:lower()] or column
      self.by_name["=" .. column.name] = column
    end
  end
  return self.by_name["=" .. name] or self.by_name[name:lower()]
end

local function completed(answer, source, target)
  answer = answer or { error = { code = "failed", message = "it was not answered" } }
  answer.values, answer.errors = answer.values or {}, answer.errors or {}
  answer.source, answer.measures = answer.source or source, target.measures
  return setmetatable(answer, Answer)
end

-- ---- a run ------------------------------------------------------------------------------------------------

local function add_result(run, subject, pending, part, answer)
  local target <const> = pending.target
  run.results[#run.results + 1] = {
    contract = subject.name, version = subject.normal.version ~= nil and tostring(subject.normal.version) or nil,
    type = pending.type, schema = target and target.name, element = part.element or pending.element,
    rule = part.rule or pending.rule, expected = part.expected or pending.expected, actual = part.actual,
    value = part.value, status = part.status, busy = part.busy, severity = part.severity, message = part.message,
    seconds = answer and answer.seconds or 0, source = answer and answer.source, at = run.now,
    consumers = subject.contract.consumers, relation = target and target.placed,
    measured = answer and not answer.error and answer:measured() or nil,
  }
end

-- A table that is not checked is told once for each kind of check.
local function add_held(run, pending)
  local target <const>, told <const> = pending.target, pending.target.told or {}
  target.told = told
  if not told[pending.type] then
    told[pending.type] = true
    add_result(run, pending.subject, { type = pending.type, target = target },
      { status = "skipped", message = target.held })
  end
end

local function wanted_types(request)
  local out <const> = {}
  for _, kind in ipairs(request.types or M.TYPES) do
    out[#out + 1] = MODULES[kind] and kind or error(("there is no check '%s'"):format(kind))
  end
  return out
end

-- Lets each kind of check say what it must know, and how it judges that.
local function plan(run, subject, types)
  local wanted <const> = subject.contract.types
  for _, kind in ipairs(types) do
    if not wanted or wanted[kind] then
      require(MODULES[kind]).plan(subject, function(pending)
        pending.type, pending.subject = kind, subject
        run.pending[#run.pending + 1] = pending
      end)
    end
  end
end

local function ask(run, request)
  local asked <const> = {}
  for _, target in ipairs(run.targets) do
    if not target.held and (target.columns or target.probe or target.snapshot or #target.measures > 0) then
      asked[#asked + 1] = target
    end
  end
  if #asked == 0 then
    return {}
  end
  return run.source:ask(asked, { timeout = request.timeout or TIMEOUT })
end

-- Asking and judging for a product that has no ledger: nothing is known of earlier checks.
local function history_of(request)
  if request.violations and request.availability then
    return { violations = request.violations, availability = request.availability }
  end
  local loading <const> = request.loading
  local known <const> = require("check.history").of(request.root, loading and loading.id, request.now)
  return {
    violations = request.violations or known.violations, availability = request.availability or known.availability,
  }
end

--- Checks contracts. Nothing is printed or recorded.
---@param request floe.check.request
---@return floe.check.result[]? results in the order of the contracts, their tables, and M.TYPES
---@return table? err where there is nothing to ask
function M.check(request)
  request.now = request.now or system.nanoseconds() // 1000000
  local catalog <close>, namespace <const>, unopened <const> = require("check.catalog").of(request.loading,
    request.facts)
  if unopened then
    return nil, unopened
  end
  local asked <const> = setmetatable({ catalog = catalog, namespace = namespace }, { __index = request })
  local source <const>, err <const> = require("check.source").open(asked)
  if not source then
    return nil, err
  end
  local history <const> = history_of(request)
  local run <const> = {
    source = source, dialect = sql.dialect(source.adapter), adapter = source.adapter, now = request.now, targets = {},
    pending = {}, results = {}, violations = history.violations, availability = history.availability,
  }
  local types <const> = wanted_types(request)
  for _, contract in ipairs(request.contracts) do
    plan(run, subject_of(contract, run), types)
  end
  local answers <const>, failed <const> = ask(run, request)
  if not answers then
    return nil, failed
  end
  for _, pending in ipairs(run.pending) do
    local target <const> = pending.target
    if target and target.held then
      add_held(run, pending)
    else
      local answer <const> = target and completed(answers[target.id], source.name, target)
      for _, part in ipairs(pending.judge(answer)) do
        add_result(run, pending.subject, pending, part, answer)
      end
    end
  end
  return run.results
end

return M
