-- What contracts above a product ask of those below. A platform tier names such contracts, or only service levels,
-- and a contract may name one, as the custom property `inherits`. A service level of a parent holds for every contract
-- below it; a table's columns hold for the table of its name, those of a table `*` for every table that has them.
-- Below, a service level may only be firmer, a classification only stricter, and what is required stays so.
--
-- `data_contracts.inheritance_mode` says what becomes of what a contract leaves open, and of what it says otherwise:
-- `strict`, it has to say everything itself; `merge`, it takes over what it leaves open; `override`, that too, and
-- what it says itself counts, though it be weaker.

local changes <const> = require "contract.promise"
local classification <const> = require "floe.classification"
local contracts <const> = require "floe.contract"
local document <const> = require "host.document"
local files <const> = require "host.files"
local generate <const> = require "contract.generate"
local json <const> = require "host.json"
local merge <const> = require "contract.merge"
local normals <const> = require "contract.document"
local problem <const> = require "manifest.problem"
local set <const> = require "floe.set"

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

--- Service levels that the tiers ask of every contract (`governance.slas`), each as a contract of which nothing else is
--- known, at the place where the tier that decided it says it.
---@param resolved floe.tiers.merged
---@return floe.contract.parent[]
function M.of_levels(resolved)
  local names <const>, out <const> = set.list(resolved.governance.slas or {}), {}
  for index, name in ipairs(names) do
    local said <const> = resolved.fields["governance.slas." .. name].winner
    local file <const>, line <const> = document.place(said.owner, said.key)
    out[index] = {
      normal = { slaProperties = json.array { generate.level(name, resolved.governance.slas[name]) } },
      path = ("%s:%d"):format(files.relative(file, "."), line), tier = said.tier.kind,
    }
  end
  return out
end

local NONE <const> = { list = {}, problems = {} }

--- The contracts above a product's, by its tiers and by what it names itself; they are read once.
---@param loading floe.loading
---@param normal floe.contract.normal
---@param contract any? its fact, where it was written
---@return floe.contract.parent[]
---@return floe.problem[] problems of those that it names itself
---@return string? circle of contracts that inherit from one another
function M.parents(loading, normal, contract)
  local known <const> = loading.parents or { of = {} }
  loading.parents = known
  if not known.tiers then
    local list <const>, problems <const>, circle <const> = M.of_tiers(loading.platforms)
    known.tiers = { list = list, problems = problems, circle = circle }
    known.levels = M.of_levels(loading.resolved)
  end
  local own = NONE
  if contract and known.of[contract.unique_id] then
    own = known.of[contract.unique_id]
  elseif contract then
    local path <const> = files.normalize(files.join(loading.root, contract.file))
    local list <const>, problems <const>, circle <const> = M.of_contract(normal, path)
    own = { list = list, problems = problems, circle = circle }
    known.of[contract.unique_id] = own
  end
  local all <const> = table.move(known.levels, 1, #known.levels, 1, {})
  table.move(known.tiers.list, 1, #known.tiers.list, #all + 1, all)
  table.move(own.list, 1, #own.list, #all + 1, all)
  return all, own.problems, known.tiers.circle or own.circle
end

--- How contracts take over from those above.
---@param governance table the resolved section
---@return "merge"|"override"|"strict"
function M.mode(governance)
  return (governance.data_contracts or {}).inheritance_mode or "merge"
end

-- Classifications, least sensitive first, as the organisation orders them.
local function ranks_of(governance)
  local levels <const> = (governance.classification or {}).levels
  return classification.ranks(type(levels) == "table" and #levels > 0 and levels or classification.ORDER)
end

-- The rank of a classification, however its letters are written; nil for a word that has none.
local function rank_of(ranks, word)
  return word ~= nil and (ranks[word] or ranks[tostring(word):lower()]) or nil
end

-- ---- what is weaker ---------------------------------------------------------------------------------------

---@class floe.contract.weakening
---@field code string
---@field message string
---@field expected string
---@field actual string
---@field path string
---@field hint string what to write instead
---@field trail any[] in the child

local Comparison = {}
Comparison.__index = Comparison

local function place_words(parent, trail)
  local file <const>, line <const> = normals.place(parent.normal, trail)
  return file and ("%s:%d"):format(files.relative(file, "."), line or 1) or parent.path
end

function Comparison:report(code, trail, path, expected, actual, message, hint)
  self.found[#self.found + 1] = {
    code = code, trail = trail, path = path, expected = expected, actual = actual, message = message, hint = hint,
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
    if not mine and self.mode == "strict" then
      self:report("FLOE-E510", { "slaProperties" }, path, asked, "not promised",
        ("the contract promises no '%s'; %s asks for %s"):format(level.property, where, asked),
        ("promise %s, or a firmer one"):format(asked))
    elseif mine and changes.level_relation(level, mine) == "relaxed" then
      self:report("FLOE-E510", { "slaProperties", at, "value" }, path, asked, said,
        ("the contract weakens '%s' to %s; %s asks for %s"):format(level.property, said, where, asked),
        ("promise %s, or a firmer one"):format(asked))
    end
  end
end

function Comparison:property(mine, asked, at)
  local where <const> = place_words(at.parent, at.parent_trail)
  local strict <const> = self.mode == "strict"
  if asked.required == true and mine.required ~= true and (strict or mine.required ~= nil) then
    self:report("FLOE-E513", at.trail, at.path .. ".required", "required", "may be null",
      ("column '%s' is required by %s, and the contract lets it be null"):format(mine.name, where),
      ("write `required: true` at column '%s'"):format(mine.name))
  end
  local theirs <const>, ours <const> = asked.classification, mine.classification
  local least <const>, rank <const> = rank_of(self.ranks, theirs), rank_of(self.ranks, ours)
  if theirs ~= nil and (ours == nil and strict or least and rank and rank < least) then
    self:report("FLOE-E511", at.trail, at.path .. ".classification", tostring(theirs), ours or "unmarked",
      ("column '%s' is %s to %s, and %s in the contract"):format(mine.name, theirs, where, ours or "unmarked"),
      ("write `classification: %s` at column '%s'"):format(theirs, mine.name))
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

-- Calls for each column that a parent's table asks for: with the contract's own one (nil where it has none) and its
-- index, and with what is asked and its index.
local function each_column(mine, above, call)
  for position, asked in ipairs(above.properties or {}) do
    local column <const>, at <const> = column_named(mine, tostring(asked.name))
    call(column, at, asked, position)
  end
end

-- Calls for each table of a contract for which a parent's table holds: with it, its index, and the parent's index.
local function each_table(child, parent, call)
  for number, asked in ipairs(parent.normal.schema or {}) do
    local theirs <const> = { name = tostring(asked.name), physical_name = asked.physicalName }
    for index, mine in ipairs(child.schema or {}) do
      if type(mine.name) == "string" and (asked.name == "*" or contracts.names_table(mine.name, theirs)) then
        call(mine, index, number)
      end
    end
  end
end

function Comparison:object(mine, index, parent, number)
  local above <const> = parent.normal.schema[number]
  each_column(mine, above, function(column, at, asked, position)
    local trail <const> = { "schema", number, "properties", position }
    if column then
      self:property(column, asked, {
        trail = { "schema", index, "properties", at }, path = ("%s.%s"):format(mine.name, column.name), parent = parent,
        parent_trail = trail,
      })
    elseif above.name ~= "*" and asked.required == true then
      self:report("FLOE-E513", { "schema", index }, ("%s.%s"):format(mine.name, asked.name), "a required column",
        "no such column", ("table '%s' lacks column '%s', which %s requires"):format(mine.name, asked.name,
          place_words(parent, trail)), ("add column '%s' to table '%s'"):format(asked.name, mine.name))
    end
  end)
end

function Comparison:schema(child, parent)
  each_table(child, parent, function(mine, index, number)
    self:object(mine, index, parent, number)
  end)
end

--- Where a contract promises less than one above it.
---@param child floe.contract.normal
---@param parent floe.contract.parent
---@param governance table the resolved section: the mode, and the order of classifications
---@return floe.contract.weakening[]
function M.compare(child, parent, governance)
  local mode <const> = M.mode(governance)
  local self <const> = setmetatable({ found = {}, ranks = ranks_of(governance), mode = mode }, Comparison)
  if mode ~= "override" then
    self:levels(child, parent)
    self:schema(child, parent)
  end
  return self.found
end

-- Where the part stands that is weaker: in the contract's file, or in floe.yaml where its port says it.
local function origin_of(normal, trail)
  local part = normal
  for _, key in ipairs(trail) do
    part = type(part) == "table" and part[key] or nil
    local origin <const> = type(part) == "table" and generate.origin(part)
    if origin and document.type(origin) == nil then
      return part.property and origin[part.property] ~= nil and { origin, part.property } or origin
    end
  end
  local owner <const>, key <const> = normals.origin(normal, trail)
  return key ~= nil and { owner, key } or owner
end

--- A weakening as a problem that a policy reports.
---@param normal floe.contract.normal the child
---@param weakening floe.contract.weakening
---@param fallback any where a child that was made, not written, stands
---@return any record
function M.problem(normal, weakening, fallback)
  return document.record("problem", {
    code = weakening.code,
    message = weakening.message,
    expected = weakening.expected,
    actual = weakening.actual,
    suggestions = document.list { weakening.hint },
    path = weakening.path,
  }, origin_of(normal, weakening.trail) or fallback)
end

-- ---- what is taken over -----------------------------------------------------------------------------------

local Filling = {}
Filling.__index = Filling

-- The firmest of what the parents ask, where the contract says nothing itself.
function Filling:levels(child, parent)
  for _, level in ipairs(parent.slaProperties or {}) do
    local mine <const>, at <const> = level_named(child, level.property)
    if not mine or self.filled[mine] and changes.level_relation(level, mine) == "relaxed" then
      local taken <const> = {}
      for key, value in pairs(level) do
        taken[key] = key ~= "element" and value or nil -- whose column it is only the contract knows
      end
      child.slaProperties = child.slaProperties or json.array {}
      child.slaProperties[at or #child.slaProperties + 1] = taken
      self.filled[taken], self.changed = true, true
    end
  end
end

function Filling:property(mine, asked)
  if asked.required == true and mine.required == nil then
    mine.required, self.changed = true, true
  end
  local theirs <const>, ours <const> = asked.classification, mine.classification
  local more <const> = (rank_of(self.ranks, theirs) or 0) > (rank_of(self.ranks, ours) or 0)
  if theirs ~= nil and (ours == nil or self.filled[mine] and more) then
    mine.classification, self.changed = theirs, true
    self.filled[mine] = true
  end
end

--- Lets a contract take over what it leaves open from those above it, unless it has to say everything itself.
---@param child floe.contract.normal
---@param parents floe.contract.parent[]
---@param governance table the resolved section
---@return boolean changed
function M.fill(child, parents, governance)
  local self <const> = setmetatable({ filled = {}, changed = false, ranks = ranks_of(governance) }, Filling)
  for _, parent in ipairs(M.mode(governance) ~= "strict" and parents or {}) do
    self:levels(child, parent.normal)
    each_table(child, parent, function(mine, _, number)
      each_column(mine, parent.normal.schema[number], function(column, _, asked)
        if column then
          self:property(column, asked)
        end
      end)
    end)
  end
  return self.changed
end

return M
