-- The bundles that a command of floe policy is about: named by a folder, or by a file or folder inside of one.
local files <const> = require "host.files"

local M = {}

---@class command.policy.bundle
---@field bundle floe.bundle
---@field path string the folder, as given or found
---@field within string? only policies whose file lies below this path
---@field tests table<string, { id: string, chunk: string, source: string }> by policy id
---@field orphans string[] test files beside which there is no policy

--- The nearest folder with a bundle.yaml, from `path` upwards.
---@param path string
---@return string? folder nil where there is none
function M.find_root(path)
  local current = files.is_dir(path) and path or files.dirname(path)
  for _ = 1, 64 do
    if files.is_file(files.join(current, "bundle.yaml")) then
      return files.normalize(current)
    end
    local parent <const> = files.normalize(files.join(current, ".."))
    if parent == current or files.absolute(parent) == files.absolute(current) then
      return nil
    end
    current = parent
  end
end

local function lies_within(chunk, path)
  local absolute <const>, folder <const> = files.absolute(chunk), files.absolute(path)
  return absolute == folder or absolute:sub(1, #folder + 1) == folder .. "/"
end

local function test_chunk(policy)
  return (policy.chunk:gsub("%.lua$", "_test.lua"))
end

-- Where a path names a policy's test, the policy is meant.
local function policy_path(path)
  return (path:gsub("_test%.lua$", ".lua"))
end

local function read_tests(entry, read)
  for _, policy in ipairs(entry.bundle.policies) do
    local chunk <const> = test_chunk(policy)
    local source <const> = read(chunk)
    if source then
      entry.tests[policy.id] = { id = policy.id, chunk = chunk, source = source }
    end
  end
end

local function find_orphans(entry)
  local known <const> = {}
  for _, policy in ipairs(entry.bundle.policies) do
    known[files.absolute(test_chunk(policy))] = true
  end
  for _, file in ipairs(files.walk(entry.path, { skip = { ".git" } }) or {}) do
    local path <const> = files.join(entry.path, file.path)
    if path:find("_test%.lua$") and not known[files.absolute(path)] then
      entry.orphans[#entry.orphans + 1] = files.normalize(path)
    end
  end
end

--- The default bundle, inside the binary.
---@return command.policy.bundle
function M.default()
  local embedded <const> = require "host.embedded"
  local entry <const> = { bundle = require("bundle").default(), path = "inside the binary", tests = {}, orphans = {} }
  read_tests(entry, embedded.read)
  return entry
end

--- The bundle that a path belongs to.
---@param path string
---@return command.policy.bundle? entry nil where there is none
---@return table[]? problems
function M.open(path)
  if not files.exists(path) then
    return nil, { { message = ("there is no '%s'"):format(path) } }
  end
  local root <const> = M.find_root(path)
  if not root then
    return nil, { {
      message = ("'%s' is no bundle and lies in none"):format(path),
      hint = "A bundle is a folder with a bundle.yaml and policies/; 'floe policy new ID' begins one.",
    } }
  end
  local bundle <const>, problems <const> = require("bundle").read(root)
  if not bundle then
    return nil, problems
  end
  local entry <const> = { bundle = bundle, path = root, tests = {}, orphans = {} }
  entry.within = files.absolute(path) ~= files.absolute(root) and policy_path(path) or nil
  read_tests(entry, files.read)
  find_orphans(entry)
  return entry
end

--- The bundles of a command line: the default one if asked for, else those of the paths, else this folder's.
--- Nil where one cannot be read: the terminal has been told.
---@param options { default: boolean?, paths: string[] }
---@param terminal terminal
---@return command.policy.bundle[]?
function M.open_all(options, terminal)
  local entries <const>, ok = {}, true
  if options.default then
    entries[1] = M.default()
  end
  local paths <const> = #options.paths > 0 and options.paths or not options.default and { "." } or {}
  for _, path in ipairs(paths) do
    local entry <const>, problems <const> = M.open(path)
    entries[#entries + 1] = entry
    terminal:fail_all(problems or {})
    ok = ok and entry ~= nil
  end
  return ok and entries or nil
end

--- Whether a command is about this policy.
---@param entry command.policy.bundle
---@param policy { id: string, chunk: string }
---@return boolean
function M.is_chosen(entry, policy)
  return not entry.within or lies_within(policy.chunk, entry.within)
end

--- The bundle as host.engine takes it.
---@param entry command.policy.bundle
---@return table
function M.for_engine(entry)
  return { name = entry.bundle.name, policies = entry.bundle.policies, stdlib = entry.bundle.stdlib }
end

return M
