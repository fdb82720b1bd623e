-- Whether a contract's version says what changed: the bump that the changes need against the one that was made. A
-- breaking change passes only with a new MAJOR, while the earlier version was a draft, or where a tier above the
-- product has recorded that it is accepted (contract/acceptance).
--
-- Codes: E520 a breaking change without a new MAJOR, E521 a MINOR that is missing, E522 no semantic version, E523 a
-- version that goes back, E524 a version that is taken by another content.

local acceptance <const> = require "contract.acceptance"
local change <const> = require "contract.change"
local document <const> = require "contract.document"
local hash <const> = require "contract.hash"
local kinds <const> = require "contract.kinds"
local semver <const> = require "floe.semver"

local M = {}

---@class floe.contract.version_problem
---@field code string
---@field message string
---@field hint string?
---@field expected string?
---@field actual string?
---@field file string?
---@field line integer?
---@field column integer?
---@field changes floe.contract.change[]? what makes it a problem

---@class floe.contract.version_check
---@field ok boolean
---@field id string
---@field previous string the earlier version
---@field proposed string the new one
---@field needed "none"|"patch"|"minor"|"major" what the changes need; accepted ones aside
---@field made "none"|"patch"|"minor"|"major"|"back" the bump that was made
---@field required string? the least version that would do
---@field comparison floe.contract.comparison
---@field draft boolean the earlier version was a draft: nothing was promised
---@field accepted { change: floe.contract.change, acceptance: floe.acceptance }[]
---@field problems floe.contract.version_problem[]
---@field notes string[]

-- Statuses in which nothing is promised yet.
local DRAFTS <const> = { draft = true, proposed = true, development = true }

local function is_draft(contract)
  return type(contract.status) == "string" and DRAFTS[contract.status:lower()] or false
end

-- The bump between two versions of which the second is the greater one.
local function bump_of(old, new)
  if old.major ~= new.major then
    return "major"
  elseif old.minor ~= new.minor then
    return "minor"
  end
  return "patch"
end

-- The least version after `old` that has a bump.
local function after(old, bump)
  if old.prerelease then
    return ("%d.%d.%d"):format(old.major, old.minor, old.patch) -- a pre-release promised nothing
  elseif bump == "major" then
    return ("%d.0.0"):format(old.major + 1)
  elseif bump == "minor" then
    return ("%d.%d.0"):format(old.major, old.minor + 1)
  end
  return ("%d.%d.%d"):format(old.major, old.minor, old.patch + 1)
end

local Check = {}
Check.__index = Check

function Check:problem(code, message, more)
  local one <const> = more or {}
  one.code, one.message = code, message
  one.file, one.line, one.column = document.place(self.new, { "version" })
  self.problems[#self.problems + 1] = one
end

-- Takes out of the breaking changes those that were accepted, and says which bump is needed for the rest.
function Check:accept(acceptances)
  local open <const>, needed = {}, "none"
  for _, one in ipairs(self.comparison.changes) do
    local found <const> = one.bump == "major" and acceptance.find(acceptances, self.id, self.proposed, one)
    if found then
      self.accepted[#self.accepted + 1] = { change = one, acceptance = found }
      needed = kinds.stronger(needed, "minor") -- accepted, and still a change
    else
      needed = kinds.stronger(needed, one.bump)
      open[#open + 1] = one.bump ~= "patch" and one or nil
    end
  end
  self.needed = needed
  return open
end

local function of_bump(changes, bump)
  local out <const> = {}
  for _, one in ipairs(changes) do
    if one.bump == bump then
      out[#out + 1] = one
    end
  end
  return out
end

function Check:judge_bump(open)
  if kinds.rank(self.needed) <= kinds.rank(self.made) then
    return
  end
  local breaking <const> = self.needed == "major"
  local list <const> = of_bump(open, self.needed)
  local said <const> = #list == 1 and list[1].message or ("%d changes need it"):format(#list)
  self:problem(breaking and "FLOE-E520" or "FLOE-E521",
    ("%s → %s is no new %s: %s"):format(self.previous, self.proposed, self.needed:upper(), said), {
      expected = self.required,
      actual = self.proposed,
      changes = list,
      hint = breaking and ("write version: %s; or have a platform team record that it is accepted:\n%s"):format(
        self.required, acceptance.snippet(self.id, self.proposed, list[1]))
        or ("write version: %s"):format(self.required),
    })
end

-- The same version again: its content may not have changed.
function Check:judge_same(old, new)
  local before <const>, now <const> = hash.of(old), hash.of(new)
  if before == now and kinds.rank(self.needed) < kinds.rank("minor") then
    return
  elseif self.draft then
    self.notes[#self.notes + 1] = ("%s is a draft: it may change under its version until it is registered"):format(
      self.previous)
    return
  end
  self:problem("FLOE-E524", ("version %s is taken: what it says has changed since"):format(self.previous), {
    expected = self.required,
    actual = self.proposed,
    changes = of_bump(self.comparison.changes, self.comparison.bump),
    hint = ("write version: %s"):format(self.required),
  })
end

function Check:parse(value, whose)
  local version <const>, message <const> = semver.parse(value)
  if not version then
    self:problem("FLOE-E522", ("%s: %s"):format(whose, message), { expected = "1.2.3", actual = tostring(value) })
  end
  return version
end

function Check:judge(old, new, acceptances)
  local before <const> = self:parse(old.version, "the earlier version")
  local now <const> = self:parse(new.version, "the version")
  local open <const> = self:accept(acceptances)
  if not before or not now then
    return
  end
  local order <const> = semver.compare(new.version, old.version)
  self.required = after(before, self.needed)
  if order < 0 then
    self.made = "back"
    self:problem("FLOE-E523", ("%s comes before %s, which is there already"):format(self.proposed, self.previous), {
      expected = self.required,
      actual = self.proposed,
      hint = ("write version: %s"):format(self.required),
    })
  elseif order == 0 then
    self:judge_same(old, new)
  else
    self.made = before.prerelease and "major" or bump_of(before, now)
    if self.draft then
      self.notes[#self.notes + 1] = ("%s was a draft: nothing was promised yet"):format(self.previous)
    else
      self:judge_bump(open)
    end
  end
  if not self.draft and is_draft(new) and #self.problems > 0 then
    self.notes[#self.notes + 1] = ("%s was no draft: its promises hold, whatever the status is now"):format(
      self.previous)
  end
end

--- The least version that a bump needs after a version; nil where that is none.
---@param version any
---@param bump "patch"|"minor"|"major"
---@return string?
function M.next(version, bump)
  local parsed <const> = semver.parse(version)
  return parsed and after(parsed, bump)
end

--- Checks a contract's version against an earlier one.
---@param old floe.contract.normal
---@param new floe.contract.normal
---@param acceptances floe.acceptance[]?
---@return floe.contract.version_check
function M.check(old, new, acceptances)
  local comparison <const> = change.compare(old, new)
  local self <const> = setmetatable({
    id = tostring(new.id or new.name),
    previous = tostring(old.version),
    proposed = tostring(new.version),
    comparison = comparison,
    needed = comparison.bump,
    made = "none",
    draft = is_draft(old),
    accepted = {},
    problems = {},
    notes = {},
    new = new,
  }, Check)
  self:judge(old, new, acceptances or {})
  self.ok = #self.problems == 0
  self.new = nil
  return setmetatable(self, nil)
end

return M
