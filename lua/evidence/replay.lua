-- Judging again what was judged: the files as they were, found by their digests in the product's folder or in the
-- commit that was checked out, put side by side in a folder of their own.

local digest <const> = require "host.digest"
local document <const> = require "host.document"
local files <const> = require "host.files"
local problem <const> = require "manifest.problem"
local program <const> = require "program"
local repository <const> = require "repository"
local system <const> = require "host.system"

local M = {}

local MOST_BYTES <const>, MOST_LINES <const> = (256 << 20) - 1, 10000000
local SHOWN <const> = 5 -- names of files that are gone

---@class floe.replay.input
---@field path string as it was reached from the product's folder
---@field digest string

-- A file of the commit that was checked out, where it is the one that was read.
local function committed(path, input, commit)
  local root <const> = commit and repository.root(files.dirname(path))
  if not root then
    return nil
  end
  local name <const> = files.relative(path, root)
  local lines <const> = program.lines({ "git", "cat-file", "blob", commit .. ":" .. name },
    { folder = root, most = MOST_LINES })
  local text <const> = table.concat(lines or {}, "\n")
  for _, candidate in ipairs { text .. "\n", text } do -- the last line may have had no end
    if "sha256:" .. digest.sha256(candidate) == input.digest then
      return candidate
    end
  end
end

-- The text of an input as it was; nil where it cannot be found any more.
local function text_of(folder, input, commit)
  local path <const> = files.absolute(files.join(folder, input.path))
  local text <const> = files.is_file(path) and files.read(path, MOST_BYTES)
  if text and "sha256:" .. digest.sha256(text) == input.digest then
    return text
  end
  return committed(path, input, commit)
end

-- The inputs as a ledger lists them, by paths that lead from the product's folder: a ledger may come from anybody, and
-- what it names is written.
local function listed(view)
  local out <const> = {}
  for index, input in ipairs(document.kind(view) == "array" and view or {}) do
    local path <const> = document.kind(input) == "object" and type(input.path) == "string"
      and files.normalize(input.path)
    if not path or path:sub(1, 1) == "/" or type(input.digest) ~= "string" then
      return nil, problem.with(nil, ("the entry lists what no file of a product is: %s"):format(path or "no path"),
        "look at the ledger with `floe ledger verify`")
    end
    out[index] = { path = path, digest = input.digest }
  end
  return out
end

-- How many folders above the product's its inputs are.
local function height(inputs)
  local most = 0
  for _, input in ipairs(inputs) do
    local _, up <const> = input.path:match("^[./]*"):gsub("%.%./", "")
    most = math.max(most, up)
  end
  return most
end

-- Puts the inputs into a folder; those that are gone are told.
local function restore(work, inputs, folder, commit)
  local gone <const> = {}
  for _, input in ipairs(inputs) do
    local text <const> = text_of(folder, input, commit)
    local path <const> = files.normalize(files.join(work, input.path))
    if not text then
      gone[#gone + 1] = input.path
    else
      local ok, err = files.mkdir(files.dirname(path))
      if ok then
        ok, err = files.write(path, text)
      end
      if not ok then
        return nil, problem.from(err)
      end
    end
  end
  if #gone > 0 then
    local names <const> = table.concat(gone, ", ", 1, math.min(#gone, SHOWN)) .. (#gone > SHOWN and ", …" or "")
    return nil, problem.with(nil, ("%d of %d files are not what was judged any more: %s"):format(#gone, #inputs, names),
      "check out the commit that was judged, or bring the files back")
  end
  return true
end

-- What was asked for, as a request for the phase that judges.
local function request_of(asked, folder, vars)
  local policies
  if asked.policies ~= nil then
    policies = {}
    for index, id in ipairs(asked.policies) do
      policies[index] = id
    end
  end
  return {
    folders = { folder }, as_of = asked.as_of, as_of_time = asked.as_of_time, enforce = asked.enforce,
    policies = policies, baseline = asked.baseline, environment = asked.environment,
    target_contract = asked.target_contract,
    reading = {
      facts = asked.facts, manifest = asked.manifest, profiles = asked.profiles, profile = asked.profile,
      target = asked.target, rules = asked.rules, vars = vars,
    },
  }
end

local function check(entry, body, vars)
  local ours <const> = system.versions().floe
  local verdict <const> = body.document
  if entry.kind ~= "validate" then
    return problem.with(nil, ("an entry of the kind %s is not judged again: it needs more than files"):format(
      entry.kind), "entries of the kind validate are")
  elseif document.kind(verdict) ~= "object" or document.kind(body.request) ~= "object"
    or document.kind(body.origin) ~= "object" or document.kind(verdict.product) ~= "object" then
    return problem.with(nil, "the entry does not say what was judged", "look at the ledger with `floe ledger verify`")
  elseif verdict.floe ~= ours then
    return problem.with(nil, ("floe %s judged this, and this is floe %s"):format(verdict.floe, ours),
      "take that version of floe")
  end
  local asked <const> = body.request
  if asked.vars ~= nil and (not vars or "sha256:" .. digest.sha256(vars) ~= asked.vars) then
    return problem.with(nil, "variables of dbt were given, and a ledger does not keep them", "give the same: --vars")
  end
end

-- Something that was read now and not then: an option named it, and it was changed since.
local function foreign(verdict, inputs)
  local known <const> = {}
  for _, input in ipairs(inputs) do
    known[input.digest] = true
  end
  for _, input in ipairs(verdict.inputs) do
    if not known[input.digest] then
      return problem.with(nil, ("'%s' was read now, and is not what was judged"):format(files.basename(input.path)),
        "bring the file back that an option or a variable named then")
    end
  end
  return nil
end

--- Judges again what an entry recorded.
---@param entry table the ledger's
---@param body any what it says, a view
---@param read any the list of what was read, a view
---@param work string a folder to work in; the caller takes it away
---@param vars string? the variables that were given
---@return table? verdict with the product's folder as it was told
---@return floe.problem? problem
function M.judge(entry, body, read, work, vars)
  local wrong = check(entry, body, vars)
  if wrong then
    return nil, wrong
  end
  local inputs <const>, unlisted <const> = listed(read)
  if not inputs then
    return nil, unlisted
  end
  local folder = work
  for level = 1, height(inputs) do
    folder = files.join(folder, tostring(level))
  end
  folder = files.join(folder, "product")
  local made, err = files.mkdir(folder)
  if not made then
    return nil, problem.from(err)
  end
  made, err = restore(folder, inputs, body.origin.folder, body.origin.commit)
  if not made then
    return nil, err
  end
  local verdict <const> = require("phase.validate").run(request_of(body.request, folder, vars), {})[1]
  wrong = foreign(verdict, inputs)
  verdict.product.path = body.document.product.path
  return not wrong and verdict or nil, wrong
end

return M
