-- The moment that an artifact is dated to. It follows from the inputs, so that the same inputs give the same bytes:
-- SOURCE_DATE_EPOCH where it is set, otherwise the time of the commit that is checked out, otherwise when the newest
-- input was written.

local problem <const> = require "manifest.problem"
local program <const> = require "program"
local repository <const> = require "repository"
local system <const> = require "host.system"

local M = {}

local LATEST <const> = 253402300799 -- the end of the year 9999

---@class floe.moment
---@field seconds integer since 1970
---@field commit string? the commit that is checked out

local function from_environment(text)
  local seconds <const> = text:find("^%d+$") and math.tointeger(tonumber(text))
  if not seconds or seconds > LATEST then
    return nil, problem.with(nil, ("SOURCE_DATE_EPOCH is '%s', which is no number of seconds since 1970"):format(text),
      "write it as `date +%s` prints it, or unset it")
  end
  return seconds
end

-- The commit that is checked out, and its time. Asked for by plumbing that runs no hook, filter or pager.
local function from_git(root)
  local folder <const> = repository.root(root)
  local lines <const> = folder and program.lines({ "git", "rev-list", "--max-count=1", "--timestamp", "HEAD", "--" },
    { folder = folder })
  if lines and lines[1] then
    local seconds <const>, commit <const> = lines[1]:match("^(%d+) (%x+)$")
    return math.tointeger(tonumber(seconds)), commit
  end
end

--- The moment of a product's artifact.
---@param root string the product's folder
---@param newest integer when the newest input was written, in nanoseconds since 1970
---@return floe.moment? moment
---@return floe.problem? problem
function M.of(root, newest)
  local set <const> = system.env("SOURCE_DATE_EPOCH")
  local seconds, wrong
  if set and set ~= "" then
    seconds, wrong = from_environment(set)
    if not seconds then
      return nil, wrong
    end
  end
  local committed <const>, commit <const> = from_git(root)
  return { seconds = seconds or committed or newest // 1000000000, commit = commit }
end

return M
