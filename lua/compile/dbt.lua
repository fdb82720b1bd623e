-- Running the real dbt: where it is, how it is asked, and what its log says.

local digest <const> = require "host.digest"
local document <const> = require "host.document"
local environment <const> = require "compile.environment"
local errors <const> = require "compile.dbt_errors"
local files <const> = require "host.files"
local json <const> = require "host.json"
local problem <const> = require "manifest.problem"
local process <const> = require "host.process"
local programs <const> = require "program"
local redact <const> = require "evidence.redact"
local set <const> = require "floe.set"
local system <const> = require "host.system"

local M = {}

--- What the last run was, below the product's folder, and the manifest it made: dbt's own is another once dbt has
--- built. Both may be deleted at any time.
M.stamp_path, M.manifest_path = ".floe/cache/dbt.json", ".floe/cache/manifest.json"

--- The line that dbt 2 adds to .gitignore.
M.ignored = "dbt_internal_packages/"

local STAMP_SCHEMA <const> = "floe.dev/dbt-run/v2"
local TICK <const> = 0.25 -- seconds between two looks at the clock while somebody watches dbt work
local NAME_ANOTHER <const> = "name a dbt of version 1.8 or newer with `--dbt` or FLOE_DBT"
local GRACE <const> = 10 -- seconds that dbt has to end in good order once it was interrupted
local MOST_ERRORS <const> = 200
local OLDEST <const> = { 1, 8 }
local LONGEST_LINE <const> = 300 -- bytes of the last thing that dbt says

-- ---- finding it -------------------------------------------------------------------------------------------

local ENVIRONMENTS <const> = { ".venv", "venv" }

local function missing(message, adapter)
  local wrong <const> = problem.with(nil, message,
    ("`python3 -m venv .venv && .venv/bin/pip install dbt-core dbt-%s` installs it"):format(adapter))
  wrong.outside = true
  return wrong
end

--- The dbt to run: the one that was named, FLOE_DBT, that of the product's virtual environment, that of the PATH.
---@param named string?
---@param folders string[] where a virtual environment may be
---@param adapter string which adapter an installation needs
---@return string? path
---@return floe.problem? problem
function M.find(named, folders, adapter)
  local variable <const> = system.env("FLOE_DBT")
  local wanted <const> = named or variable ~= "" and variable or nil
  if wanted then
    local path <const> = wanted:find("/", 1, true) and files.absolute(wanted) or files.find_program(wanted)
    if path and files.is_file(path) then
      return path
    end
    return nil, missing(("there is no dbt '%s' (%s)"):format(wanted, named and "--dbt" or "FLOE_DBT"), adapter)
  end
  for _, folder in ipairs(folders) do
    for _, name in ipairs(ENVIRONMENTS) do
      local path <const> = files.join(folder, name, "bin", "dbt")
      if files.is_file(path) then
        return files.absolute(path)
      end
    end
  end
  local path <const> = files.find_program("dbt")
  if path then
    return path
  end
  return nil, missing("there is no dbt: not in the product's virtual environment, nor in the PATH", adapter)
end

-- ---- asking it --------------------------------------------------------------------------------------------

---@class floe.dbt.request
---@field program string
---@field project string the project's folder
---@field command "compile"|"parse"|"build"|"show"
---@field arguments string[]? further ones
---@field environment string[]? "NAME=value"; that of this process where it is nil
---@field profiles string? the folder of profiles.yml
---@field target_path string? where dbt writes; where the project says, without it
---@field log_path string?
---@field profile string?
---@field target string?
---@field vars string?
---@field seconds number? after which it is killed
---@field longest_line integer? bytes of a line of its log that are kept
---@field lock any? of host.files: stays taken until dbt has ended

local function arguments_of(request)
  local out <const> = { request.program, "--log-format", "json", request.command }
  for _, pair in ipairs { { "--profiles-dir", request.profiles and files.absolute(request.profiles) },
    { "--profile", request.profile }, { "--target", request.target }, { "--vars", request.vars },
    { "--target-path", request.target_path and files.absolute(request.target_path) },
    { "--log-path", request.log_path and files.absolute(request.log_path) } } do
    if pair[2] then
      out[#out + 1], out[#out + 2] = pair[1], pair[2]
    end
  end
  return table.move(request.arguments or {}, 1, #(request.arguments or {}), #out + 1, out)
end

-- What makes dbt say less. Whoever set it for a terminal of their own did not mean that floe hears nothing of a run.
local SILENCING <const> = set.of { "DBT_QUIET", "DBT_ENGINE_QUIET", "DBT_LOG_LEVEL", "DBT_ENGINE_LOG_LEVEL" }

local function environment_of(request)
  local out <const> = { "DBT_QUIET=false" } -- before what dbt_project.yml says
  for _, pair in ipairs(request.environment or programs.environment {}) do
    local is_unset <const> = pair == "FLOE_ENV=" -- an environment without a name is none: the profile's own word counts
    out[#out + 1] = not is_unset and not SILENCING[pair:match("^[^=]*")] and pair or nil
  end
  return out
end

-- ---- what it says -----------------------------------------------------------------------------------------

local Listening = {}
Listening.__index = Listening

local HEARD <const> = { error = true, warn = true, info = true }

-- "=1.10.3" as 1, 10.
local function version_of(data)
  local text <const> = tostring(type(data) == "table" and data.version or "")
  local major <const>, minor <const> = text:match("(%d+)%.(%d+)")
  return major and { tonumber(major), tonumber(minor) }
end

-- Keeps an error, unless nothing of it is left without its traceback; dbt says some twice, once with one.
function Listening:complain(message)
  if message == "" then
    return
  end
  for _, known in ipairs(self.errors) do
    if known:find(message, 1, true) or message:find(known, 1, true) then
      return
    end
  end
  self.errors[#self.errors + 1] = message
end

-- Whether this dbt is none of those that floe knows.
function Listening:is_too_old()
  local version <const> = self.version
  return version and (version[1] < OLDEST[1] or version[1] == OLDEST[1] and version[2] < OLDEST[2])
end

-- A line of the log: an error is kept, what dbt is doing is shown. dbt quotes what databases say, and these what they
-- were given: secrets end here.
function Listening:line(line)
  self.last = line ~= "" and line or self.last
  local level <const> = line:match('"level":%s*"(%a+)"')
  if not HEARD[level] then
    return
  end
  line = redact.json(line)
  local told <const> = json.decode(line)
  local info <const> = type(told) == "table" and type(told.info) == "table" and told.info or {}
  local message <const> = info.msg
  self.speaks = self.speaks or type(message) == "string"
  if message and info.name == "MainReportVersion" then
    self.version = version_of(told.data)
  end
  local taken <const> = message and self.event and type(info.name) == "string"
    and self.event(info.name, told.data, info)
  if taken or type(message) ~= "string" or message == "" then
    return
  elseif level == "error" and #self.errors < MOST_ERRORS then
    local exact <const> = type(told.data) == "table" and told.data.exc
    self:complain(redact.text(errors.stripped(type(exact) == "string" and exact or message)))
  elseif level == "info" then
    self.doing = redact.text((message:gsub("\n.*", "")))
  end
end

function Listening:show()
  if self.progress then
    self.progress(("dbt: %s (%d s)"):format(self.doing, math.floor(system.monotonic() - self.start)))
  end
end

-- How long to wait for the next line: without end, unless somebody watches, something is due, or dbt has to come to its
-- end.
local function patience(self, deadline)
  local left = self.due and self.due() or math.huge
  if deadline then
    left = math.min(left, math.max(deadline - system.monotonic(), 0))
  end
  if self.progress then
    left = math.min(left, TICK)
  end
  return left < math.huge and left or -1
end

-- Hears dbt to its end; one that was interrupted, as long as it may take to end.
local function listen(running, listener, seconds)
  local self <const> = setmetatable({
    errors = {}, doing = "starting", progress = listener.progress, event = listener.event, due = listener.due,
    start = system.monotonic(),
  }, Listening)
  local deadline = seconds and self.start + seconds
  while not deadline or system.monotonic() < deadline do
    self:show()
    local event <const>, _, line <const> = running:next(patience(self, deadline))
    if event == "line" then
      self:line(line)
      if self:is_too_old() then
        return self
      end
    elseif event == "ended" then
      return self
    elseif event == "interrupted" then
      deadline, self.interrupted = system.monotonic() + GRACE, true
      self.doing = "stopping"
      running:interrupt()
    end
  end
  self.late = not self.interrupted
  return self
end

-- The last thing that dbt said.
local function said(heard)
  return heard.last and redact.text(errors.beginning(redact.known(heard.last), LONGEST_LINE)) or "it said nothing"
end

local function ended(ending)
  return ending.signal and ("signal %d"):format(ending.signal) or ("exit code %d"):format(ending.code)
end

-- Why a program that was heard is no dbt to work with; nil where it is one.
local function unknown(heard, ending, request, listener)
  local wrong
  local is_silent <const> = not heard.speaks and not (listener.quiet and ending.code == 0)
  if heard:is_too_old() then
    wrong = problem.with(nil, ("'%s' is dbt %d.%d, which is too old"):format(request.program, heard.version[1],
      heard.version[2]))
  elseif is_silent and not heard.interrupted and not heard.late and not ending.signal then
    wrong = problem.with(nil, ("'%s' does not answer as dbt does: it ended with %s, and %s"):format(request.program,
      ended(ending), heard.last and "said: " .. said(heard) or "said nothing"))
  end
  if wrong then
    wrong.outside, wrong.hint = true, NAME_ANOTHER
  end
  return wrong
end

-- What dbt said was wrong; where it said nothing, how it ended.
local function problems_of(heard, ending, request)
  local problems <const> = {}
  for index, message in ipairs(heard.errors) do
    problems[index] = errors.problem(message, request.project)
  end
  if #problems == 0 and ending.code ~= 0 then
    local wrong <const> = problem.with(nil, ("dbt ended with %s: %s"):format(ended(ending), said(heard)))
    wrong.outside = true
    problems[1] = wrong
  end
  return problems
end

---@class floe.dbt.listener
---@field progress fun(text: string?)? shows what dbt is doing; nil takes it away
---@field event fun(name: string, data: any, info: any): boolean? hears each event of the log from level info on; what
--- it answers true to is told nowhere else
---@field quiet boolean? one that ends well need say nothing: what it makes tells how it went
---@field due (fun(): number?)? does what is due by now, and answers after how many seconds it is to be called again

---@class floe.dbt.heard
---@field seconds number
---@field interrupted boolean
---@field late boolean it took longer than it may
---@field code integer? its exit code; nil where a signal ended it
---@field last string the last thing that it said
---@field problems floe.problem[] its errors, with file and line where dbt tells them

--- Runs dbt and hears its log. Where it is interrupted dbt is too, and is given the time to end in good order.
---@param request floe.dbt.request
---@param listener floe.dbt.listener
---@return floe.dbt.heard? heard nil where dbt could not be started, or the program is no dbt that floe knows
---@return floe.problem? problem
function M.hear(request, listener)
  local running <const>, err <const> = process.start {
    arguments = arguments_of(request), folder = request.project, environment = environment_of(request),
    lock = request.lock, longest_line = request.longest_line,
  }
  if not running then
    local wrong <const> = problem.from(err)
    wrong.outside, wrong.hint = true, "name another with `--dbt`"
    return nil, wrong
  end
  local heard <const> = listen(running, listener, request.seconds)
  local ending <const> = running:stop((heard.interrupted or heard.late or heard:is_too_old()) and 0 or nil)
  running:close()
  if listener.progress then
    listener.progress(nil)
  end
  local wrong <const> = unknown(heard, ending, request, listener)
  if wrong then
    return nil, wrong
  end
  return {
    seconds = system.monotonic() - heard.start, interrupted = heard.interrupted or false,
    late = heard.late or false, code = ending.code, last = said(heard), problems = problems_of(heard, ending, request),
  }
end

---@class floe.dbt.outcome
---@field seconds number
---@field interrupted boolean?

--- Lets dbt make a manifest.
---@param request floe.dbt.request
---@param progress fun(text: string?)?
---@return floe.dbt.outcome? outcome
---@return floe.problem[] problems
function M.run(request, progress)
  local heard <const>, unstarted <const> = M.hear(request, { progress = progress, quiet = true })
  if not heard then
    return nil, { unstarted }
  elseif heard.interrupted then
    return { seconds = heard.seconds, interrupted = true }, {}
  elseif heard.code ~= 0 then
    return nil, heard.problems
  elseif not files.is_file(files.join(request.target_path, "manifest.json")) then
    local wrong <const> = problem.with(nil, ("'%s' ended well and wrote no manifest.json: %s"):format(request.program,
      heard.last), NAME_ANOTHER)
    wrong.outside = true
    return nil, { wrong }
  end
  return { seconds = heard.seconds }, {}
end

-- ---- what it made -----------------------------------------------------------------------------------------

-- Of what dbt writes: that which makes its next run faster, and that which stays the last build's.
local PARTIAL <const>, RESULTS <const> = "partial_parse.msgpack", "run_results.json"
local MOST_FILES <const> = 1 << 20

--- Lets dbt go on from what its last run read.
---@param from string dbt's folder of the product
---@param to string the one that it is to write
function M.warm(from, to)
  local partial <const> = files.read(files.join(from, PARTIAL))
  if partial then
    files.write(files.join(to, PARTIAL), partial)
  end
end

--- Makes a manifest say what it would, had dbt written it where it will be.
---@param path string
---@param moved { from: string, to: string }[]
---@return boolean? done
---@return table? err
function M.settle(path, moved)
  local written <const>, err <const> = files.read(path)
  if not written then
    return nil, err
  end
  local settled = written
  for _, one in ipairs(moved) do
    if settled:find(one.from, 1, true) then
      settled = settled:gsub(one.from:gsub("%p", "%%%0"), (one.to:gsub("%%", "%%%%")))
    end
  end
  if settled == written then
    return true
  end
  return files.write(path, settled)
end

--- Moves what dbt made to where it is kept, the manifest last.
---@param from string
---@param to string
---@return boolean? done
---@return table? err
function M.move(from, to)
  local entries <const>, err <const> = files.walk(from, { max_files = MOST_FILES })
  if not entries then
    return nil, err
  end
  local made <const> = {}
  local function move(path)
    local there <const> = files.join(to, path)
    local folder <const> = files.dirname(there)
    if not made[folder] then
      local ok <const>, wrong <const> = files.mkdir(folder)
      if not ok then
        return nil, wrong
      end
      made[folder] = true
    end
    return files.move(files.join(from, path), there)
  end
  for _, entry in ipairs(entries) do
    if entry.path ~= "manifest.json" and entry.path ~= RESULTS then
      local ok <const>, wrong <const> = move(entry.path)
      if not ok then
        return nil, wrong
      end
    end
  end
  return move("manifest.json")
end

-- ---- once is enough ---------------------------------------------------------------------------------------

---@class floe.dbt.stamp what a manifest was made by
---@field request floe.dbt.request
---@field connection string what stands for the profile: its text, or where it is and when it was written
---@field manifest string the path of the one that is kept
---@field environment floe.environment.entry[]

local function text_of(stamp)
  local request <const>, variables <const> = stamp.request, {}
  for index, entry in ipairs(stamp.environment) do
    variables[index] = json.object {
      { "name", entry.name }, { "is_set", entry.is_set }, { "secret", entry.secret }, { "digest", entry.digest },
    }
  end
  return json.encode(json.object {
    { "schema", STAMP_SCHEMA },
    { "program", request.program },
    { "command", request.command },
    { "profile", request.profile or "" },
    { "target", request.target or "" },
    { "vars", request.vars and digest.sha256(request.vars) or "" },
    { "connection", digest.sha256(stamp.connection) },
    { "manifest", (digest.of_file(stamp.manifest)) },
    { "environment", json.array(variables) },
  })
end

--- What is to be kept, so that the same is not run again.
---@param stamp floe.dbt.stamp
---@return string
function M.stamp(stamp)
  return text_of(stamp) .. "\n"
end

local function recorded(view)
  local out <const> = {}
  for index, entry in ipairs(document.kind(view) == "array" and view or {}) do
    out[index] = document.plain(entry)
  end
  return out
end

--- Whether the manifest that is kept was made by the very same request.
---@param root string
---@param stamp floe.dbt.stamp without its environment: the variables are those that were kept
---@return boolean
function M.is_kept(root, stamp)
  local path <const> = files.join(root, M.stamp_path)
  local kept <const> = files.is_file(path) and files.read(path)
  local view <const> = kept and document.parse(kept, path, { format = "json" })
  if document.kind(view) ~= "object" or not files.is_file(stamp.manifest) then
    return false
  end
  stamp.environment = environment.again(recorded(view.environment))
  return M.stamp(stamp) == kept
end

return M
