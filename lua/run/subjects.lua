-- The facts that policies see of a run: the run itself, the nodes that ended in it, and the checks of contracts, each
-- with its place in the files that it is about.

local document <const> = require "host.document"
local system <const> = require "host.system"

local M = {}

-- Milliseconds since 1970 as a text of the second.
local function moment_of(milliseconds)
  return milliseconds and system.timestamp(milliseconds // 1000) or nil
end

local function text_of(value)
  return value ~= nil and tostring(value) or nil
end

-- ---- nodes ------------------------------------------------------------------------------------------------

local function node_record(ended, past, project)
  local node <const> = project ~= nil and project.nodes[ended.unique_id] or nil
  past = past or {}
  return document.record("run_node", {
    unique_id = ended.unique_id,
    name = ended.name,
    id = ended.id,
    kind = ended.kind,
    status = ended.status,
    layer = ended.layer,
    materialization = ended.materialization,
    started_at = moment_of(ended.started_at),
    seconds = ended.seconds,
    rows = ended.rows,
    bytes = ended.bytes,
    failures = ended.failures,
    message = ended.message,
    attempt = ended.attempt or 1,
    reused = ended.reused == true,
    parents = document.list(ended.parents or {}),
    column_name = ended.column_name,
    attached = ended.attached,
    previous_rows = past.previous_rows,
    usual_rows = past.usual_rows,
    usual_seconds = past.usual_seconds,
    past_runs = past.runs or 0,
    failures_in_row = past.failures_in_row or 0,
    node = node,
  })
end

-- ---- places of checks -------------------------------------------------------------------------------------

-- The properties of a service level that a type of check is about.
local LEVELS <const> = {
  freshness = { freshness = true, latency = true, frequency = true },
  availability = { availability = true },
}

-- The service level of a contract that a check is about, as an origin.
local function level_of(contract, check)
  local properties <const> = LEVELS[check.type]
  local levels <const> = contract.spec.slaProperties or contract.spec.sla
  if not properties or document.kind(levels) == nil then
    return nil
  elseif document.kind(levels) == "object" then
    for key in pairs(levels) do
      if properties[key:lower()] then
        return { levels, key }
      end
    end
    return nil
  end
  local found
  for index = 1, #levels do
    local level <const> = levels[index]
    if document.kind(level) == "object" and properties[tostring(level.property):lower()] then
      if level.element == check.element
        or check.schema and level.element == ("%s.%s"):format(check.schema, check.element) then
        return level
      end
      found = found or level
    end
  end
  return found
end

-- The table and the column of a contract that a check names; a column may be written behind its table.
local function element_of(contract, check)
  local owner, element = check.schema and contract.tables[check.schema], check.element
  if not owner and element then
    local name <const>, column <const> = element:match("^([^.]+)%.(.+)$")
    owner, element = name and contract.tables[name], name and contract.tables[name] and column or element
  end
  if owner then
    return owner, element and owner.columns[element]
  end
  for _, one in pairs(element and contract.tables or {}) do
    if one.columns[element] then
      return one, one.columns[element]
    end
  end
end

-- The rule of a list of quality rules that a check names.
local function rule_in(rules, name)
  for index = 1, document.kind(rules) == "array" and #rules or 0 do
    local rule <const> = rules[index]
    if document.kind(rule) == "object"
      and (rule.name == name or rule.rule == name or rule.metric == name or rule.description == name) then
      return rule
    end
  end
end

-- Where a check's expectation is written: its service level, its quality rule, its column, its table, its contract.
local function origin_of(contract, check)
  local owner <const>, column <const> = element_of(contract, check)
  local rule
  if check.rule then
    rule = column and rule_in(column.spec.quality, check.rule) or owner and rule_in(owner.quality, check.rule)
      or rule_in(contract.spec.quality, check.rule)
  end
  return rule or level_of(contract, check) or column or owner or contract
end

-- The contract that a check is about: of those that are called alike the one of its version.
local function contract_of(contracts, check)
  local found
  for _, contract in ipairs(contracts) do
    local with_version <const> = ("%s@%s"):format(contract.name, contract.version)
    if contract.id == check.contract or contract.name == check.contract or with_version == check.contract then
      if contract.version == check.version then
        return contract
      end
      found = found or contract
    end
  end
  return found
end

-- The id of a check's contract: one that shares its id with another is told from it by what the check calls it.
local function owner_id(contract, check)
  local is_own <const> = contract and (contract.id == check.contract or contract.name == check.contract)
  return is_own and contract.unique_id or "contract." .. check.contract
end

-- What tells a check from others: its contract, its type, and what it is about. An element may carry its table.
local function check_id(contract_id, check)
  local parts <const> = { contract_id, check.type }
  local carries <const> = check.schema and check.element
    and (check.element .. "."):find(check.schema .. ".", 1, true) == 1
  parts[#parts + 1] = not carries and check.schema or nil
  parts[#parts + 1] = check.element
  parts[#parts + 1] = check.rule
  return table.concat(parts, ".")
end

-- One that could not be done is as grave as one that failed.
local function severity_of(check)
  return check.severity or (check.status == "violation" or check.status == "error") and "error" or "info"
end

--- The unique id of a check's fact.
---@param check floe.check.result
---@param contracts any[] of the product
---@return string
function M.check_id(check, contracts)
  return check_id(owner_id(contract_of(contracts, check), check), check)
end

local function check_record(check, contracts)
  local contract <const> = contract_of(contracts, check)
  return document.record("contract_check", {
    unique_id = check_id(owner_id(contract, check), check),
    name = check.contract,
    version = check.version,
    type = check.type,
    status = check.status,
    severity = severity_of(check),
    message = check.message,
    schema = check.schema,
    element = check.element,
    rule = check.rule,
    expected = text_of(check.expected),
    actual = text_of(check.actual),
    value = check.value,
    seconds = check.seconds,
    source = check.source,
    checked_at = moment_of(check.at),
    consumers = document.list(check.consumers or {}),
    contract = contract,
  }, contract and origin_of(contract, check) or nil)
end

-- ---- the run ----------------------------------------------------------------------------------------------

---@class floe.run.asked what is judged, in the words of the events that a run tells
---@field moment "before"|"after"|"check"
---@field run table? of the run: id, trigger, attempt, retry_of, started_at, ended_at (milliseconds), seconds, status,
---  select, exclude, full_refresh, threads, artifact, compiled_at
---@field nodes table[]? as of `node_ended`
---@field checks table[]? results of contract checks

--- The fact of a run.
---@param loading floe.loading completed
---@param asked floe.run.asked
---@param more { environment: string?, approvals: table[], clocks: table, usual: floe.run.usual? }
---@return any run
function M.run(loading, asked, more)
  local given <const>, past <const> = asked.run or {}, more.usual or { nodes = {} }
  local project <const> = loading.dbt and loading.dbt.project
  local nodes <const>, checks <const> = {}, {}
  for index, ended in ipairs(asked.nodes or {}) do
    nodes[index] = node_record(ended, past.nodes[ended.unique_id], project)
  end
  for index, check in ipairs(asked.checks or {}) do
    checks[index] = check_record(check, loading.contracts)
  end
  local run <const> = document.record("run", {
    unique_id = "run." .. loading.id,
    name = loading.id,
    id = given.id,
    moment = asked.moment,
    environment = more.environment,
    trigger = given.trigger,
    attempt = given.attempt or 1,
    retry_of = given.retry_of,
    started_at = moment_of(given.started_at),
    ended_at = moment_of(given.ended_at),
    seconds = given.seconds,
    status = given.status,
    select = document.list(given.select or {}),
    exclude = document.list(given.exclude or {}),
    full_refresh = given.full_refresh == true,
    threads = given.threads,
    artifact = given.artifact,
    compiled_at = given.compiled_at,
    past_runs = past.runs or 0,
    last_success = past.last_success,
    usual_seconds = past.usual_seconds,
    failures_in_row = past.failures_in_row or 0,
    approvals = document.list(more.approvals),
    clocks = more.clocks,
    nodes = document.list(nodes),
    checks = document.list(checks),
    product = loading.record,
  }, loading.spec)
  for _, list in ipairs { run.nodes, run.checks } do
    for _, part in ipairs(list) do
      document.link(part, "run", run)
    end
  end
  return run
end

return M
