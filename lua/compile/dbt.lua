-- Running the real dbt: where it is, how it is asked, and what its log says.

local digest <const> = require "host.digest"
local document <const> = require "host.document"
local files <const> = require "host.files"
local json <const> = require "host.json"
local problem <const> = require "manifest.problem"
local process <const> = require "host.process"
local system <const> = require "host.system"
local text <const> = require "floe.text"

local M = {}

--- What the last run was, below the product's folder. It may be deleted at any time.
M.stamp_path = ".floe/cache/dbt.json"

local STAMP_SCHEMA <const> = "floe.dev/dbt-run/v1"
local TICK <const> = 0.25 -- seconds between two looks at the clock while dbt works
local MOST_ERRORS <const> = 200

-- ---- finding it -------------------------------------------------------------------------------------------

local ENVIRONMENTS <const> = { ".venv", "venv" }

local function installing(adapter)
  return ("`python3 -m venv .venv && .venv/bin/pip install dbt-core dbt-%s` installs it; `--facts sources` needs none")
    :format(adapter)
end

local function missing(message, adapter)
  local wrong <const> = problem.with(nil, message, installing(adapter))
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
  local set <const> = system.env("FLOE_DBT")
  local wanted <const> = named or set ~= "" and set or nil
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
---@field command "compile"|"parse"
---@field profiles string? the folder of profiles.yml
---@field profile string?
---@field target string?
---@field vars string?

local function arguments_of(request)
  local out <const> = { request.program, "--log-format", "json", request.command }
  for _, pair in ipairs { { "--profiles-dir", request.profiles and files.absolute(request.profiles) },
    { "--profile", request.profile }, { "--target", request.target }, { "--vars", request.vars } } do
    if pair[2] then
      out[#out + 1], out[#out + 2] = pair[1], pair[2]
    end
  end
  return out
end

-- ---- what it says -----------------------------------------------------------------------------------------

-- What stands around the message of an error: how dbt greets, and the frames of a stack.
local function stripped(message)
  local lines <const> = {}
  message = message:gsub("\27%[[%d;]*m", "")
  for _, line in ipairs(text.lines(message)) do
    if line:find("^%s+%d+: ") or line:find("^%s+at %./") or line:find("^%s*at .+%.S:%d+") then
      break
    end
    lines[#lines + 1] = line
  end
  local out = table.concat(lines, "\n"):gsub("^%[ERROR%]: ", ""):gsub("^%[error%] ", "")
  out = out:gsub("^Encountered an error:%s*", ""):gsub("^(%u%l+ Error)\n%s+", "%1: ")
  return text.trim(out)
end

-- Finds a file that dbt names in a folder of the project: below the project, or below one of its resource folders.
local function file_in(project, name)
  local direct <const> = files.join(project, name)
  if files.is_file(direct) then
    return files.normalize(direct)
  end
  for _, folder in ipairs(files.list(project) or {}) do
    local path <const> = files.join(project, folder, name)
    if files.is_file(path) then
      return files.normalize(path)
    end
  end
end

-- The line and column at which a name is written in quotes.
local function place_of_name(path, name)
  local source <const> = files.read(path, 1 << 20) or ""
  for number, line in ipairs(text.lines(source)) do
    local column <const> = line:find("'" .. name .. "'", 1, true) or line:find('"' .. name .. '"', 1, true)
    if column then
      return number, column
    end
  end
end

--- Where an error of dbt is, as far as its message says.
---@param message string
---@param project string
---@return string? file
---@return integer? line
---@return integer? column
function M.place(message, project)
  local file, line, column = message:match("%-%->%s*([^\n]-):(%d+):(%d+)")
  if not file then
    file = message:match("%(([^%s()]+%.%a+)%)") or message:match("Error reading [^:]+: (%S+)")
      or message:match("([%w_./-]+%.ya?ml)") or message:match("([%w_./-]+%.sql)")
    line = message:match("[Ll]ine (%d+)")
    column = message:match("line %d+,? column (%d+)")
    if column then
      line = message:match("line (%d+),? column %d+[^\n]*$") or line
      column = message:match("column (%d+)[^\n]*$") or column
    end
  end
  local path <const> = file and file_in(project, file)
  if not path then
    return nil
  end
  line, column = math.tointeger(tonumber(line)), math.tointeger(tonumber(column))
  if not line then
    local name <const> = message:match("named '([^']+)'") or message:match("macro '([^']+)'")
    if name then
      line, column = place_of_name(path, name)
    end
  end
  return path, line, column
end

-- How dbt begins to say what is no fault of the project: the database cannot be reached or refuses who asks, or a
-- variable of the environment is missing.
local OUTSIDE <const> = { "^Database Error", "[Cc]ould not connect", "[Cc]onnection refused", "DbDriverFailed",
  "Env var required but not provided" }

local function is_outside(message)
  local head <const> = message:sub(1, 200)
  for _, pattern in ipairs(OUTSIDE) do
    if head:find(pattern) then
      return true
    end
  end
  return false
end

local function problem_of(message, project)
  local file <const>, line <const>, column <const> = M.place(message, project)
  local wrong <const> = problem.with(file, message)
  wrong.line, wrong.column = line, column
  wrong.kind_of_error = is_outside(message) and "outside" or "dbt"
  if message:find("dbt deps", 1, true) then
    wrong.hint = "run `dbt deps` in the project's folder"
  end
  return wrong
end

local Listening = {}
Listening.__index = Listening

-- A line of the log: an error is kept, what dbt is doing is shown.
function Listening:line(line)
  self.last = line ~= "" and line or self.last
  local level <const> = line:match('"level":%s*"(%a+)"')
  if level ~= "error" and level ~= "info" then
    return
  end
  local view <const> = document.parse(line, "dbt's log", { format = "json" })
  local info <const> = document.kind(view) == "object" and view.info
  local message <const> = document.kind(info) == "object" and info.msg
  if type(message) ~= "string" or message == "" then
    return
  elseif level == "error" and #self.errors < MOST_ERRORS then
    local data <const> = view.data
    local exact <const> = document.kind(data) == "object" and data.exc
    self.errors[#self.errors + 1] = stripped(type(exact) == "string" and exact or message)
  elseif level == "info" then
    self.doing = message:gsub("\n.*", "")
  end
end

function Listening:show()
  if self.progress then
    self.progress(("dbt: %s (%d s)"):format(self.doing, math.floor(system.monotonic() - self.start)))
  end
end

local function listen(running, progress)
  local self <const> = setmetatable({
    errors = {}, doing = "starting", progress = progress, start = system.monotonic(),
  }, Listening)
  while true do
    self:show()
    local event <const>, _, line <const> = running:next(TICK)
    if event == "line" then
      self:line(line)
    elseif event ~= "quiet" then
      return self, event
    end
  end
end

---@class floe.dbt.outcome
---@field seconds number
---@field interrupted boolean?

--- Runs dbt. Its errors are problems, with file and line where dbt tells them.
---@param request floe.dbt.request
---@param progress fun(text: string?)? shows what dbt is doing; nil takes it away
---@return floe.dbt.outcome? outcome
---@return floe.problem[] problems
function M.run(request, progress)
  local running <const>, err <const> = process.start { arguments = arguments_of(request), folder = request.project }
  if not running then
    local wrong <const> = problem.from(err)
    wrong.outside, wrong.hint = true, "name another with `--dbt`"
    return nil, { wrong }
  end
  local heard <const>, event <const> = listen(running, progress)
  local ending <const> = running:stop()
  running:close()
  if progress then
    progress(nil)
  end
  local seconds <const> = system.monotonic() - heard.start
  if event == "interrupted" then
    return { seconds = seconds, interrupted = true }, {}
  elseif ending.code == 0 then
    return { seconds = seconds }, {}
  end
  local problems <const> = {}
  for index, message in ipairs(heard.errors) do
    problems[index] = problem_of(message, request.project)
  end
  if #problems == 0 then
    local how <const> = ending.signal and ("signal %d"):format(ending.signal) or ("exit code %d"):format(ending.code)
    local wrong <const> = problem.with(nil, ("dbt ended with %s: %s"):format(how, heard.last or "it said nothing"))
    wrong.outside = true
    problems[1] = wrong
  end
  return nil, problems
end

-- ---- once is enough ---------------------------------------------------------------------------------------

local function stamp_of(request, manifest)
  local found <const> = digest.of_file(manifest)
  local profiles <const> = request.profiles and files.join(request.profiles, "profiles.yml")
  return found and {
    schema = STAMP_SCHEMA,
    program = request.program,
    command = request.command,
    profile = request.profile or "",
    target = request.target or "",
    vars = request.vars or "",
    profiles = profiles and files.is_file(profiles) and digest.of_file(profiles) or "",
    environment = system.env("FLOE_ENV") or "",
    manifest = found,
  }
end

--- Keeps what was run, and what it made.
---@param root string the product's folder
---@param request floe.dbt.request
---@param manifest string
function M.keep(root, request, manifest)
  local path <const>, stamp <const> = files.join(root, M.stamp_path), stamp_of(request, manifest)
  if stamp and files.mkdir(files.dirname(path)) then
    files.write(path, json.encode(stamp) .. "\n")
  end
end

--- Whether the manifest that is there was made by the very same request.
---@param root string
---@param request floe.dbt.request
---@param manifest string
---@return boolean
function M.is_kept(root, request, manifest)
  local path <const> = files.join(root, M.stamp_path)
  local kept <const> = files.is_file(path) and files.read(path)
  local view <const> = kept and document.parse(kept, path, { format = "json" })
  local stamp <const> = document.kind(view) == "object" and files.is_file(manifest) and stamp_of(request, manifest)
  if not stamp then
    return false
  end
  for key, value in pairs(stamp) do
    if view[key] ~= value then
      return false
    end
  end
  return true
end

return M
