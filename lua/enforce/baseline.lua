-- The baseline: findings that were there on a day and are accepted until they are repaired. It may only shrink.
-- A finding is recognised by its fingerprint (policy, code, subject, path in the subject), so that moved lines do
-- not matter; where several findings share one, it stands as often as it was found.

local digest <const> = require "host.digest"
local document <const> = require "host.document"
local files <const> = require "host.files"
local json <const> = require "host.json"
local problem <const> = require "manifest.problem"
local shape <const> = require "manifest.shape"
local text <const> = require "floe.text"

local M = {}

--- Where a product's baseline is, below its folder.
M.default_path = ".floe/baseline.yaml"

local entry_shape <const> = {
  name = "BaselineEntry",
  type = "object",
  fields = {
    {
      "fingerprint",
      type = "string",
      required = true,
      pattern = "^[0-9a-f]{32}$",
      says = "32 hexadecimal digits",
      doc = "Recognises the finding.",
    },
    { "policy", type = "string", required = true, doc = "The policy's id." },
    { "code", type = "string", doc = "The finding's code." },
    { "subject", type = "string", required = true, doc = "The subject's unique id." },
    { "path", type = "string", doc = "The path in the subject." },
  },
}

--- The shape of a baseline's file.
M.shape = {
  name = "Baseline",
  type = "object",
  doc = "Accepted findings.",
  fields = {
    { "version", type = "integer", enum = { 1 }, required = true, doc = "Version of this file's form." },
    { "accepted", type = "string", format = "date", required = true, doc = "The day on which it was written." },
    { "findings", type = "list", items = entry_shape, required = true, doc = "The findings." },
  },
}

--- The fingerprint of a finding.
---@param policy string
---@param code string
---@param subject string
---@param path string?
---@return string
function M.fingerprint(policy, code, subject, path)
  return digest.sha256(table.concat({ policy, code, subject, path or "" }, "\0")):sub(1, 32)
end

local function entry_of(finding)
  return {
    fingerprint = finding.fingerprint,
    policy = finding.policy,
    code = finding.code,
    subject = finding.subject,
    path = finding.path,
  }
end

local function before(a, b)
  for _, key in ipairs { "policy", "subject", "path", "code", "fingerprint" } do
    local left <const>, right <const> = a[key] or "", b[key] or ""
    if left ~= right then
      return left < right
    end
  end
  return false
end

--- The entries of the findings of verdicts that ask for something (waived ones are accepted already), sorted.
---@param verdicts table[]
---@return table[]
function M.entries(verdicts)
  local out <const> = {}
  for _, verdict in ipairs(verdicts) do
    for _, finding in ipairs(verdict.findings) do
      if finding.verdict ~= "waived" then
        out[#out + 1] = entry_of(finding)
      end
    end
  end
  table.sort(out, before)
  return out
end

local function counts_of(entries)
  local counts <const> = {}
  for _, entry in ipairs(entries) do
    counts[entry.fingerprint] = (counts[entry.fingerprint] or 0) + 1
  end
  return counts
end

---@class floe.baseline
---@field path string
---@field accepted string
---@field entries table[]
---@field left table<string, integer> how often each fingerprint may still be matched

-- A file that cannot be parsed because a merge of two branches stands in it says so.
local function unreadable(path, err)
  local content <const> = files.read(path) or ""
  local before_marker <const> = ("\n" .. content):match("^(.-)\n<<<<<<< ")
  if not before_marker then
    return problem.from(err)
  end
  local wrong <const> = problem.with(path, "the baseline holds a merge conflict",
    "take either side, then run `floe baseline write`: it takes out what is gone")
  wrong.line, wrong.column = select(2, before_marker:gsub("\n", "")) + 1, 1
  return wrong
end

-- An entry that was edited by hand would say another thing than it accepts.
local function check_entry(entry, view)
  if entry.code and entry.fingerprint ~= M.fingerprint(entry.policy, entry.code, entry.subject, entry.path) then
    return problem.at(view, "fingerprint", ("the fingerprint is not that of '%s' on '%s'"):format(entry.policy,
      entry.subject), "entries are not edited: take the whole entry out, or run `floe baseline write`")
  end
  return nil
end

--- Reads a baseline.
---@param path string
---@return floe.baseline? baseline nil where it cannot be read
---@return floe.problem[]? problems
function M.read(path)
  local view <const>, err <const> = document.read(path, { format = "yaml", dialect = "core" })
  if err then
    return nil, { unreadable(path, err) }
  end
  local problems <const> = shape.check(M.shape, view, { file = path })
  if #problems > 0 then
    return nil, problems
  end
  local entries <const> = {}
  for _, finding in ipairs(view.findings) do
    local entry <const> = entry_of(finding)
    entries[#entries + 1] = entry
    problems[#problems + 1] = check_entry(entry, finding)
  end
  if #problems > 0 then
    return nil, problems
  end
  return { path = path, accepted = view.accepted, entries = entries, left = counts_of(entries) }
end

--- Forgets which findings were looked for, before something else is judged.
---@param baseline floe.baseline
function M.renew(baseline)
  baseline.left = counts_of(baseline.entries)
end

--- Whether a finding is in the baseline; each entry serves one finding.
---@param baseline floe.baseline
---@param fingerprint string
---@return boolean
function M.take(baseline, fingerprint)
  local left <const> = baseline.left[fingerprint] or 0
  if left > 0 then
    baseline.left[fingerprint] = left - 1
  end
  return left > 0
end

--- The entries that no finding matched any more.
---@param baseline floe.baseline after every finding was looked for
---@return table[]
function M.stale(baseline)
  local out <const>, left <const> = {}, {}
  for fingerprint, count in pairs(baseline.left) do
    left[fingerprint] = count
  end
  for _, entry in ipairs(baseline.entries) do
    if left[entry.fingerprint] > 0 then
      left[entry.fingerprint] = left[entry.fingerprint] - 1
      out[#out + 1] = entry
    end
  end
  return out
end

-- What `entries` has and `old` has not.
local function added(entries, old)
  local left <const>, out <const> = counts_of(old), {}
  for _, entry in ipairs(entries) do
    local count <const> = left[entry.fingerprint] or 0
    if count > 0 then
      left[entry.fingerprint] = count - 1
    else
      out[#out + 1] = entry
    end
  end
  return out
end

--- Compares a baseline's file with the findings there are.
---@param path string
---@param entries table[] from `entries`
---@return { stale: table[], new: table[], kept: integer }? difference nil where the file cannot be read
---@return floe.problem[]? problems
function M.check(path, entries)
  local baseline <const>, problems <const> = M.read(path)
  if not baseline then
    return nil, problems
  end
  local stale <const> = added(baseline.entries, entries)
  return { stale = stale, new = added(entries, baseline.entries), kept = #baseline.entries - #stale }
end

local HEADER <const> = [[
# Findings that are accepted until they are repaired. The list may only shrink: `floe baseline write` takes out what
# is gone and refuses what is new.
]]

local function text_of(entries, as_of)
  local lines <const> = { HEADER .. "version: 1", ('accepted: "%s"'):format(as_of) }
  lines[#lines + 1] = #entries == 0 and "findings: []" or "findings:"
  for _, entry in ipairs(entries) do
    local first = true
    for _, key in ipairs { "fingerprint", "policy", "code", "subject", "path" } do
      if entry[key] then
        lines[#lines + 1] = ("%s%s: %s"):format(first and "  - " or "    ", key, json.encode(entry[key]))
        first = false
      end
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

---@class floe.baseline.write
---@field path string
---@field kept integer
---@field added integer
---@field removed integer

--- Writes a baseline. Where there is one already, what is new is refused unless `grow` is set.
---@param path string
---@param entries table[] from `entries`
---@param options { as_of: string, grow: boolean? }
---@return floe.baseline.write? done
---@return table? error { message, hint, new = entries, problems = … }
function M.write(path, entries, options)
  local old = {}
  if files.exists(path) then
    local baseline <const>, problems <const> = M.read(path)
    if not baseline then
      return nil, { message = problems[1].message, problems = problems, file = path }
    end
    old = baseline.entries
    local new <const> = added(entries, old)
    if #new > 0 and not options.grow then
      return nil, {
        message = ("the baseline '%s' may only shrink: %s not in it"):format(path,
          #new == 1 and "1 finding is" or ("%d findings are"):format(#new)),
        hint = "repair what is new, ask for a waiver, or say that the baseline may grow",
        new = new,
        file = path,
      }
    end
  end
  local made <const>, failed <const> = files.mkdir(files.dirname(path))
  if not made then
    return nil, failed
  end
  local ok <const>, err <const> = files.write(path, text_of(entries, options.as_of))
  if not ok then
    return nil, err
  end
  local new <const> = #added(entries, old)
  return { path = path, kept = #entries - new, added = new, removed = #old - (#entries - new) }
end

--- One entry in a line.
---@param entry table
---@return string
function M.words(entry)
  return ("%s on %s%s"):format(entry.policy, entry.subject, entry.path and (" (%s)"):format(entry.path) or "")
end

--- Notes about entries that no finding matches any more.
---@param baseline floe.baseline
---@return table[]
function M.notes(baseline)
  local stale <const> = M.stale(baseline)
  if #stale == 0 then
    return {}
  end
  local names <const> = {}
  for i, entry in ipairs(stale) do
    names[i] = M.words(entry)
  end
  return {
    {
      kind = "baseline",
      message = ("%s of the baseline %s gone: %s"):format(text.count(#stale, "finding"), #stale == 1 and "is" or "are",
        text.list(names, 3)),
      hint = "`floe baseline write` takes them out",
      file = baseline.path,
    },
  }
end

return M
