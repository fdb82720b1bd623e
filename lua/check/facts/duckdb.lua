-- Facts from a DuckDB file: one child process, the Python beside dbt, opens it read-only and answers line by line. A
-- table that takes longer than it may costs the child; what is left is asked of a new one.

local connections <const> = require "check.connection"
local document <const> = require "host.document"
local embedded <const> = require "host.embedded"
local files <const> = require "host.files"
local json <const> = require "host.json"
local process <const> = require "host.process"
local system <const> = require "host.system"
local workspaces <const> = require "compile.workspace"

local M = {}

local SCRIPT <const> = "lua/check/facts/duckdb.py"
local LONGEST_LINE <const> = 16 << 20 -- bytes of what is said of one table
local LOCK_WAIT <const> = 3 -- seconds for another process to let go of the file
local STARTING <const> = 30 -- seconds that the child may take to begin

local Source = {}
Source.__index = Source

-- Members of a profile that need more than opening files.
local BEYOND <const> = {
  "attach", "plugins", "secrets", "extensions", "filesystems", "is_ducklake", "remote", "use_credential_provider",
}

-- What keeps a profile from being read here.
local function unfit(connection)
  local output <const> = connection.output
  if not output then
    return connection.why or "the profile cannot be read"
  elseif output.type ~= "duckdb" then
    return ("the profile connects to '%s', not to DuckDB"):format(tostring(output.type))
  elseif #connection.unknown > 0 then
    return ("the profile's '%s' is a template that only dbt resolves"):format(connection.unknown[1])
  end
  for _, member in ipairs(BEYOND) do
    if output[member] ~= nil then
      return ("the profile's '%s' needs dbt"):format(member)
    end
  end
  local path <const> = output.path
  if path ~= nil and type(path) ~= "string" or path and path:find("^%a%a+:") and not path:find("^:memory:") then
    return "the profile's path is no file"
  end
  return nil
end

--- Opens the source; nothing runs yet.
---@param request floe.check.request
---@return table? source
---@return table? err `unfit` where another source may serve
function M.open(request)
  local connection <const> = request.connection
  local why <const> = unfit(connection)
  if why then
    return nil, { code = "unfit", message = why }
  end
  local program <const>, missing <const> = connections.program(connection)
  local python <const> = program and connections.python(program)
  if not program then
    return nil, { code = "outside", message = missing.message, hint = missing.hint }
  elseif not python then
    return nil, { code = "unfit", message = ("there is no Python beside '%s'"):format(program) }
  end
  return setmetatable({
    name = "duckdb", adapter = "duckdb", python = python, root = connection.root, project = connection.project,
    path = connection.output.path or ":memory:",
  }, Source)
end

-- ---- asking -----------------------------------------------------------------------------------------------

-- The measures of a target that a pass is about, with their places in it.
local function measures_of(target, confined)
  local out <const> = {}
  for place, measure in ipairs(target.measures) do
    if (measure.rule or false) == confined then
      out[#out + 1] = json.object {
        { "number", place }, { "columns", json.array(measure.columns) }, { "sql", json.array(measure.sql) },
      }
    end
  end
  return out
end

local function request_of(self, targets, confined)
  local tables <const> = {}
  for index, target in ipairs(targets) do
    local relation <const> = target.relation
    tables[index] = json.object {
      { "id", target.id }, { "database", relation.database or json.null }, { "schema", relation.schema or json.null },
      { "name", relation.identifier }, { "columns", not confined and target.columns or false },
      { "probe", not confined and target.probe or false }, { "measures", json.array(measures_of(target, confined)) },
    }
  end
  return json.encode(json.object {
    { "path", self.path }, { "folder", files.absolute(self.project) }, { "lock_wait", LOCK_WAIT },
    { "confined", confined }, { "tables", json.array(tables) },
  })
end

local function plain(view)
  return document.plain(view)
end

local function failure_of(view)
  return document.kind(view) == "object" and { code = view.code, message = view.message } or nil
end

-- What a line says of a table.
local function answer_of(view)
  local answer <const> = {
    adapter = "duckdb", error = failure_of(view.error), probe_error = failure_of(view.probe_error),
    relation = view.relation, seconds = view.seconds, values = {}, errors = {},
  }
  for _, column in ipairs(document.kind(view.columns) == "array" and view.columns or {}) do
    answer.columns = answer.columns or {}
    answer.columns[#answer.columns + 1] = plain(column)
  end
  for _, pair in ipairs(document.kind(view.values) == "array" and view.values or {}) do
    answer.values[pair[1]] = pair[2]
  end
  for _, pair in ipairs(document.kind(view.errors) == "array" and view.errors or {}) do
    answer.errors[pair[1]] = { code = pair[2], message = pair[3] }
  end
  return answer
end

local function all_failed(targets, answers, err, source)
  for _, target in ipairs(targets) do
    answers[target.id] = answers[target.id] or { error = err, source = source }
  end
end

local function start(self, path)
  return process.start {
    arguments = { self.python, "-I", "-c", embedded.read(SCRIPT), path },
    folder = self.project, longest_line = LONGEST_LINE,
  }
end

local Hearing = {}
Hearing.__index = Hearing

-- Hears the child until it ends, or is silent for too long. Which table it was busy with stands in `busy`.
function Hearing:run(running, timeout)
  local deadline = system.monotonic() + STARTING + LOCK_WAIT
  while true do
    local event <const>, stream <const>, line <const>, cut <const> = running:next(math.max(deadline
      - system.monotonic(), 0))
    if event ~= "line" then
      return event
    elseif stream == 2 then
      self.last = line ~= "" and line or self.last
    else
      deadline = system.monotonic() + timeout
      self:line(line, cut)
    end
  end
end

function Hearing:line(line, cut)
  local view <const> = not cut and document.parse(line, "what DuckDB says", { format = "json" }) or nil
  if document.kind(view) ~= "object" then
    return
  elseif view.begin then
    self.busy = view.begin
  elseif view.open then
    self.opened = true
  elseif view.id then
    self.answers[view.id], self.busy = answer_of(view), nil
  elseif view.error then
    self.broken = failure_of(view.error)
  end
end

-- One child for the targets that have no answer yet; what it leaves open comes back.
local function ask_once(self, targets, answers, timeout, confined)
  local workspace <close> = workspaces.new(self.root)
  local path <const>, err <const> = workspace:file("check.json")
  local written, unwritten = nil, err
  if path then
    written, unwritten = files.write_private(path, request_of(self, targets, confined))
  end
  if not written then
    return nil, { code = "outside", message = unwritten.message }
  end
  local running <const>, unstarted <const> = start(self, files.absolute(path))
  if not running then
    return nil, { code = "outside", message = unstarted.message }
  end
  local hearing <const> = setmetatable({ answers = answers }, Hearing)
  local event <const> = hearing:run(running, timeout)
  running:stop(0)
  running:close()
  if event == "interrupted" then
    error({ interrupted = true }, 0)
  elseif hearing.broken then
    all_failed(targets, answers, hearing.broken, self.name)
  elseif event == "quiet" and hearing.busy then
    answers[hearing.busy] = { error = { code = "timeout",
      message = ("there was no answer within %g seconds"):format(timeout) }, seconds = timeout }
  elseif hearing.busy then
    answers[hearing.busy] = { error = { code = "failed",
      message = ("the reader of DuckDB ended early: %s"):format(hearing.last or "it said nothing") } }
  else
    all_failed(targets, answers, { code = "failed",
      message = ("the reader of DuckDB gave no answer: %s"):format(hearing.last or "it said nothing") }, self.name)
  end
  return true
end

-- Asks until each target has an answer.
local function ask_all(self, targets, timeout, confined)
  local answers <const> = {}
  local left = targets
  while #left > 0 do
    local ok <const>, err <const> = ask_once(self, left, answers, timeout, confined)
    if not ok then
      return nil, err
    end
    local open <const> = {}
    for _, target in ipairs(left) do
      open[#open + 1] = not answers[target.id] and target or nil
    end
    left = open
  end
  return answers
end

-- What contracts' own queries gave, beside what was measured.
local function add_rules(answer, target, more)
  for place, measure in ipairs(target.measures) do
    if measure.rule then
      answer.values[place] = more.values and more.values[place]
      answer.errors[place] = more.error or more.errors[place]
    end
  end
end

--- Asks for all that is wanted: first what is measured, then the queries of contracts.
---@param targets floe.check.target[]
---@param options { timeout: number }
---@return table<integer, floe.check.answer>? answers
---@return table? err
function Source:ask(targets, options)
  local answers <const>, err <const> = ask_all(self, targets, options.timeout, false)
  if not answers then
    return nil, err
  end
  local with_rules <const> = {}
  for _, target in ipairs(targets) do
    local has_rules <const> = not answers[target.id].error and #measures_of(target, true) > 0
    with_rules[#with_rules + 1] = has_rules and target or nil
  end
  local more <const>, failed <const> = ask_all(self, with_rules, options.timeout, true)
  if not more then
    return nil, failed
  end
  for _, target in ipairs(with_rules) do
    add_rules(answers[target.id], target, more[target.id])
  end
  return answers
end

return M
