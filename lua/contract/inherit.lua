-- What contracts above a product ask of those below. A platform tier names such contracts; a contract may name one as
-- well, as the custom property `inherits`. A service level of a parent holds for every contract below it; a table's
-- columns hold for the table of its name, those of a table `*` for every table that has them. Below, a service level
-- may only be firmer, a classification only stricter, and what is required stays so.

local changes <const> = require "contract.promise"
local classification <const> = require "floe.classification"
local contracts <const> = require "floe.contract"
local document <const> = require "host.document"
local files <const> = require "host.files"
local merge <const> = require "contract.merge"
local normals <const> = require "contract.document"
local problem <const> = require "manifest.problem"

local M = {}

---@class floe.contract.parent
---@field normal floe.contract.normal
---@field path string as it is shown
---@field tier string? of the manifest that names it

-- ---- who is above whom ------------------------------------------------------------------------------------

-- The contracts that a contract names itself, as paths from the working folder.
local function named_by(normal, path)
  local value <const> = normals.custom(normal, "inherits")
  local list <const> = type(value) == "table" and value or { value }
  local out <const> = {}
  for _, one in ipairs(list) do
    if type(one) == "string" then
      out[#out + 1] = files.normalize(files.join(files.dirname(path), one))
    end
  end
  return out
end

local function read(path)
  local made <const>, err <const> = require("contract.read").read(path, {})
  if not made then
    return nil, err
  elseif made.broken then
    return nil, made.broken
  end
  return normals.normal(made.contract)
end

local Chain = {}
Chain.__index = Chain

-- Adds the contract at a path and those that it names. `trail` are the paths that lead here.
function Chain:add(path, trail, tier)
  for index, before in ipairs(trail) do
    if before == path then
      self.circle = self.circle or table.concat(trail, " → ", index) .. " → " .. path
      return
    end
  end
  if self.seen[path] then
    return
  end
  self.seen[path] = true
  local normal <const>, err <const> = read(path)
  if not normal then
    self.problems[#self.problems + 1] = problem.from(err)
    return
  end
  self.list[#self.list + 1] = { normal = normal, path = path, tier = tier }
  local further <const> = table.move(trail, 1, #trail, 1, {})
  further[#further + 1] = path
  for _, named in ipairs(named_by(normal, path)) do
    self:add(named, further, tier)
  end
end

local function chain()
  return setmetatable({ list = {}, problems = {}, seen = {} }, Chain)
end

--- The contracts that the tiers above a product name.
---@param platforms table[] as in a loading, enterprise first
---@return floe.contract.parent[]
---@return floe.problem[] problems
---@return string? circle contracts that inherit from one another
function M.of_tiers(platforms)
  local out <const> = chain()
  for _, platform in ipairs(platforms) do
    local governance <const> = platform.view.governance
    local sections <const> = { platform.view.data_contracts or {}, governance and governance.data_contracts or {} }
    for _, section in ipairs(sections) do
      for _, path in ipairs(section.inherits or {}) do
        out:add(files.normalize(files.join(files.dirname(platform.path), path)), {}, platform.tier)
      end
    end
  end
  return out.list, out.problems, out.circle
end

--- The contracts that a contract names, and those above them.
---@param normal floe.contract.normal
---@param path string
---@return floe.contract.parent[]
---@return floe.problem[] problems
---@return string? circle
function M.of_contract(normal, path)
  local out <const> = chain()
  for _, named in ipairs(named_by(normal, path)) do
    out:add(named, { files.normalize(path) })
  end
  return out.list, out.problems, out.circle
end

-- ---- what is weaker ---------------------------------------------------------------------------------------

---@class floe.contract.weakening
---@field code string
---@field message string
---@field expected string
---@field actual string
---@field path string
---@field trail any[] in the child

local Comparison = {}
Comparison.__index = Comparison

local function place_words(parent, trail)
  local file <const>, line <const> = normals.place(parent.normal, trail)
  return file and ("%s:%d"):format(files.relative(file, "."), line or 1) or parent.path
end

function Comparison:report(code, trail, path, expected, actual, message)
  self.found[#self.found + 1] = {
    code = code, trail = trail, path = path, expected = expected, actual = actual, message = message,
  }
end

local function level_named(normal, wanted)
  for index, level in ipairs(normal.slaProperties or {}) do
    if changes.level_name(level.property) == changes.level_name(wanted) then
      return level, index
    end
  end
  return nil
end

function Comparison:levels(child, parent)
  for index, level in ipairs(parent.normal.slaProperties or {}) do
    local mine <const>, at <const> = level_named(child, level.property)
    local asked <const>, said <const> = merge.show_level(level), mine and merge.show_level(mine)
    local where <const> = place_words(parent, { "slaProperties", index })
    local path <const> = ("slaProperties.%s"):format(level.property)
    if not mine then
      self:report("FLOE-E510", { "slaProperties" }, path, asked, "not promised",
        ("the contract promises no '%s'; %s asks for %s"):format(level.property, where, asked))
    elseif changes.level_relation(level, mine) == "relaxed" then
      self:report("FLOE-E510", { "slaProperties", at, "value" }, path, asked, said,
        ("the contract weakens '%s' to %s; %s asks for %s"):format(level.property, said, where, asked))
    end
  end
end

function Comparison:property(mine, asked, at)
  local where <const> = place_words(at.parent, at.parent_trail)
  if asked.required == true and mine.required ~= true then
    self:report("FLOE-E513", at.trail, at.path .. ".required", "required", "may be null",
      ("column '%s' is required by %s, and the contract lets it be null"):format(mine.name, where))
  end
  local theirs <const>, ours <const> = asked.classification, mine.classification
  local least <const>, rank <const> = self.ranks[theirs], self.ranks[ours]
  if theirs ~= nil and (ours == nil or least and rank and rank < least) then
    self:report("FLOE-E511", at.trail, at.path .. ".classification", tostring(theirs), ours or "unmarked",
      ("column '%s' is %s to %s, and %s in the contract"):format(mine.name, theirs, where, ours or "unmarked"))
  end
end

local function column_named(object, name)
  for index, property in ipairs(object.properties or {}) do
    if type(property.name) == "string" and property.name:lower() == name:lower() then
      return property, index
    end
  end
  return nil
end

function Comparison:object(mine, index, parent, number)
  local object <const> = parent.normal.schema[number]
  for position, asked in ipairs(object.properties or {}) do
    local column <const>, at <const> = column_named(mine, tostring(asked.name))
    local trail <const> = { "schema", number, "properties", position }
    if column then
      self:property(column, asked, {
        trail = { "schema", index, "properties", at }, path = ("%s.%s"):format(mine.name, column.name), parent = parent,
        parent_trail = trail,
      })
    elseif object.name ~= "*" and asked.required == true then
      self:report("FLOE-E513", { "schema", index }, ("%s.%s"):format(mine.name, asked.name), "a required column",
        "no such column", ("table '%s' lacks column '%s', which %s requires"):format(mine.name, asked.name,
          place_words(parent, trail)))
    end
  end
end

function Comparison:schema(child, parent)
  for number, asked in ipairs(parent.normal.schema or {}) do
    for index, mine in ipairs(child.schema or {}) do
      local theirs <const> = { name = tostring(asked.name), physical_name = asked.physicalName }
      if type(mine.name) == "string" and (asked.name == "*" or contracts.names_table(mine.name, theirs)) then
        self:object(mine, index, parent, number)
      end
    end
  end
end

--- Where a contract promises less than one above it.
---@param child floe.contract.normal
---@param parent floe.contract.parent
---@param order string[]? classifications, least sensitive first
---@return floe.contract.weakening[]
function M.compare(child, parent, order)
  local ranks <const> = classification.ranks(order or classification.ORDER)
  local self <const> = setmetatable({ found = {}, ranks = ranks }, Comparison)
  self:levels(child, parent)
  self:schema(child, parent)
  return self.found
end

--- A weakening as a problem that a policy reports.
---@param normal floe.contract.normal the child
---@param weakening floe.contract.weakening
---@param fallback any where a child that was made, not written, stands
---@return any record
function M.problem(normal, weakening, fallback)
  local owner <const>, key <const> = normals.origin(normal, weakening.trail)
  return document.record("problem", {
    code = weakening.code,
    message = weakening.message,
    expected = weakening.expected,
    actual = weakening.actual,
    suggestions = document.list {},
    path = weakening.path,
  }, key ~= nil and { owner, key } or owner or fallback)
end

return M
