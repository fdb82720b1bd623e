-- What dbt says is wrong, as it is told: without what stands around it, with its place, whose fault it is, and what to
-- do.

local files <const> = require "host.files"
local problem <const> = require "manifest.problem"
local text <const> = require "floe.text"

local M = {}

local LONGEST_MESSAGE <const> = 4000 -- bytes of what dbt says that are shown

--- The beginning of a long text.
---@param message string
---@param most integer bytes
---@return string
function M.beginning(message, most)
  return #message > most and message:sub(1, (utf8.offset(message, 0, most) or most) - 1) .. "…" or message
end

-- Of tracebacks of Python's, what was raised last.
local function raised(message)
  local frames <const> = message:match("^.*Traceback %(most recent call last%):\n(.*)$")
  local last <const> = frames and frames:match("\n(%S.*)$")
  return last and last:gsub("^[%a_][%w_]*%.[%w_.]+: ", "") or message
end

--- An error without what stands around it: how dbt greets, and the frames of a stack.
---@param message string
---@return string
function M.stripped(message)
  local lines <const> = {}
  message = raised((message:gsub("\27%[[%d;]*m", "")))
  for _, line in ipairs(text.lines(message)) do
    if line:find("^%s+%d+: ") or line:find("^%s+at %./") or line:find("^%s*at .+%.S:%d+") then
      break
    end
    lines[#lines + 1] = line
  end
  local out = table.concat(lines, "\n"):gsub("^%[ERROR%]: ", ""):gsub("^%[error%] ", "")
  out = out:gsub("^Encountered an error:%s*", ""):gsub("^(%u%l+ Error)\n%s+", "%1: ")
  out = out:gsub("^Runtime Error: (%u%l+ Error )", "%1")
  return M.beginning(text.trim(out), LONGEST_MESSAGE)
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

-- The line and column at which a name is written: in quotes, or called.
local function place_of_name(path, name)
  local source <const> = files.read(path, 1 << 20) or ""
  for number, line in ipairs(text.lines(source)) do
    local column <const> = line:find("'" .. name .. "'", 1, true) or line:find('"' .. name .. '"', 1, true)
      or line:find("%f[%w_]" .. name:gsub("%p", "%%%0") .. "%s*%(")
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
      or message:match("'([%w_]+)' is undefined")
    if name then
      line, column = place_of_name(path, name)
    end
  end
  return path, line, column
end

-- How dbt begins to say what is no fault of the project: the database cannot be reached or refuses who asks, or a
-- variable of the environment is missing.
local OUTSIDE <const> = { "^Database Error", "[Cc]ould not connect", "[Cc]onnection refused", "DbDriverFailed",
  "Env var required but not provided", "^%u%a+ Error:? *Could not set lock" }

local function is_outside(message)
  local head <const> = message:sub(1, 200)
  for _, pattern in ipairs(OUTSIDE) do
    if head:find(pattern) then
      return true
    end
  end
  return false
end

local function has_packages(project)
  return files.is_file(files.join(project, "packages.yml")) or files.is_file(files.join(project, "dependencies.yml"))
end

-- A DuckDB file that another process has open: which file, and who that is.
local function lock_of(message)
  local path, holder = message:match('Could not set lock on file "([^"\n]+)": ([^\n]+)')
  holder = holder and holder:gsub("%. See also.*", ""):gsub("^Conflicting lock is held in ", "its lock is held by ")
  return path, holder
end

--- An error as a problem.
---@param message string without what stands around it
---@param project string the project's folder
---@return floe.problem
function M.problem(message, project)
  local path <const>, holder <const> = lock_of(message)
  if path then
    local wrong <const> = problem.with(nil, ("the database '%s' is in use: %s"):format(path, holder),
      "DuckDB lets one process write to a file, and none read it meanwhile: end that one, or wait for it")
    wrong.kind_of_error = "outside"
    return wrong
  end
  local file <const>, line <const>, column <const> = M.place(message, project)
  local wrong <const> = problem.with(file, message)
  wrong.line, wrong.column = line, column
  wrong.kind_of_error = is_outside(message) and "outside" or "dbt"
  if message:find("dbt deps", 1, true) and has_packages(project) then
    wrong.hint = "run `dbt deps` in the project's folder"
  end
  return wrong
end

return M
