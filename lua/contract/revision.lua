-- Files as they were at a revision of the git repository they lie in. git is asked for the bytes alone (`cat-file`), so
-- that nothing that a repository configures runs.

local files <const> = require "host.files"

local M = {}

-- Contracts are small; more than this is none.
local MOST_BYTES <const> = 1 << 26

local function find_git()
  return files.find_program("git")
end

-- Runs git in a folder: its output and its exit code; nil and an error where it cannot run.
local function run(folder, ...)
  local git <const> = find_git()
  if not git then
    return nil, nil, { code = "outside", message = "there is no git in PATH", hint = "install git" }
  end
  local process <const>, err <const> = require("host.process").start {
    arguments = { git, "--no-pager", "-C", folder, ... }, longest_line = MOST_BYTES,
  }
  if not process then
    return nil, nil, err
  end
  local lines <const>, said <const>, size = {}, {}, 0
  while true do
    local event <const>, stream <const>, text <const>, cut <const> = process:next()
    if event ~= "line" then
      break
    end
    size = size + #text
    if cut or size > MOST_BYTES then
      process:close()
      return nil, nil, { code = "limit", message = "git answers with more than a contract can be" }
    end
    local to <const> = stream == 1 and lines or said
    to[#to + 1] = text
  end
  local finished <const> = process:stop()
  process:close()
  return table.concat(lines, "\n") .. (#lines > 0 and "\n" or ""), finished.code or 128, table.concat(said, "\n")
end

--- The text of a file at a revision.
---@param revision string a commit, branch or tag
---@param path string
---@return string? text nil where the file was not there then
---@return table? error where the revision or git itself is not there
function M.read(revision, path)
  if revision == "" or revision:sub(1, 1) == "-" or revision:find("[%c:]") then
    return nil, { code = "invalid", message = ("'%s' is no revision"):format(revision),
      hint = "name a commit, a branch or a tag: git:main" }
  end
  local folder <const> = files.dirname(path)
  local commit <const>, code <const>, said <const> = run(folder, "rev-parse", "--verify", "--quiet",
    revision .. "^{commit}")
  if not commit then
    return nil, said
  elseif code ~= 0 then
    local inside <const>, inside_code <const> = run(folder, "rev-parse", "--is-inside-work-tree")
    local known <const> = inside ~= nil and inside_code == 0
    return nil, { code = "invalid", message = known and ("git knows no revision '%s'"):format(revision)
      or ("'%s' lies in no git repository"):format(path),
      hint = known and "name a commit, a branch or a tag; in CI, fetch it first (a shallow checkout has one commit)"
        or "compare with a file or a folder instead" }
  end
  local name <const> = path:match("[^/]+$")
  local text <const>, found <const>, wrong <const> = run(folder, "cat-file", "blob",
    ("%s:./%s"):format(commit:gsub("%s+$", ""), name))
  if not text then
    return nil, wrong
  end
  return found == 0 and text or nil
end

return M
