-- How the tiers' manifests come together: enterprise → domain → product. Each field is merged as the table in
-- tiers/rules.lua says; what a tier may not do is a problem with both places; and every resolved value knows the chain
-- of tiers that spoke of it. What policies and their params say is judged by enforce/settings.lua.

local choices <const> = require "manifest.tiers.choices"
local document <const> = require "host.document"
local json <const> = require "host.json"
local modes <const> = require "enforce.modes"
local params <const> = require "enforce.params"
local problem <const> = require "manifest.problem"
local rules <const> = require "manifest.tiers.rules"
local secrets <const> = require "manifest.secrets"
local set <const> = require "floe.set"
local strength <const> = require "manifest.tiers.strength"

local M = {}

---@class floe.tier
---@field title string in messages: "enterprise manifest 'acme'"
---@field kind "enterprise"|"domain"|"platform"|"product"
---@field manifest any view of the file
---@field governance any view of its governance section, nil where there is none

---@class floe.tiers.word what one tier says about a field
---@field tier floe.tier
---@field value any plain
---@field owner any the view it stands in
---@field key any its key there
---@field effect "sets"|"keeps"|"replaces"|"strengthens"|"adds"|"narrows"|"refused"

---@class floe.tiers.field a resolved field
---@field path string its keys, joined by dots
---@field parts string[]
---@field rule floe.tiers.rule
---@field value any plain
---@field words floe.tiers.word[] the chain of tiers, the highest first
---@field winner floe.tiers.word the one that decided

---@class floe.tiers.merged
---@field values table the resolved manifest, plain
---@field governance table its governance section
---@field fields table<string, floe.tiers.field> by path
---@field order string[] their paths, in the order in which they were first said
---@field problems floe.problem[] attempts to weaken, and choices that are not open

local Merge = {}
Merge.__index = Merge

-- ---- kinds ------------------------------------------------------------------------------------------------

-- Each takes a field that a tier above has spoken of and a new word about it, and tells the value from now on and the
-- word's effect; nil and what is wrong where the word is not allowed.
local kinds = {}

local REPLACES <const>, KEEPS <const>, ADDS <const>, NARROWS <const> = "replaces", "keeps", "adds", "narrows"

function kinds.override(_, word)
  return word.value, REPLACES
end

kinds.own = kinds.override

local function holds(list, item)
  for _, other in ipairs(list) do
    if params.equal(other, item) then
      return true
    end
  end
  return false
end

-- What stands alone where others write a list is a list of one.
local function as_list(value)
  return type(value) == "table" and (#value > 0 or next(value) == nil) and value or { value }
end

function kinds.extend(field, word)
  local above <const> = as_list(field.value)
  local out <const> = table.move(above, 1, #above, 1, {})
  local known <const> = set.of(out)
  for _, item in ipairs(as_list(word.value)) do
    if not known[item] then -- a name that is there already; of objects each is one of its own
      out[#out + 1] = item
    end
  end
  return json.array(out), #out > #above and ADDS or KEEPS
end

function kinds.intersect(field, word)
  for index, item in ipairs(word.value) do
    if not holds(field.value, item) then
      return nil, {
        message = "adds %s to '%s', which the %s limits to %s (%s)", value = item, key = index,
        hint = "a lower tier may only choose from the list above it",
      }
    end
  end
  return word.value, #word.value < #field.value and NARROWS or KEEPS
end

function kinds.stricter(field, word)
  local name <const> = field.parts[#field.parts]
  if strength.keeps(field.rule.order, field.value, word.value, name) then
    return word.value, "strengthens"
  end
  return nil, {
    verb = "weakens", hint = "a lower tier may keep or strengthen what an upper one decides",
  }
end

function kinds.forbidden()
  return nil, { verb = "changes", hint = "the first tier that says it decides; leave it out here" }
end

-- The mode of a policy never gets weaker; settings tells the attempt.
function kinds.policy(field, word)
  local above <const>, below <const> = field.value, word.value
  if field.rule.order == "mode" and modes.compare(modes.read(below), modes.read(above)) < 0 then
    return above, "refused"
  elseif type(above) == "table" and type(below) == "table" and #above == 0 and #below == 0 then
    return params.merge(above, below), ADDS
  end
  return below, REPLACES
end

local function names_of(list)
  local names <const> = {}
  for index, entry in ipairs(list) do
    names[index] = entry.name
  end
  return names
end

-- A plugin: the lower tier's selection, among what the tier above offers to choose from. One that only names a default
-- keeps the list above.
function kinds.choice(field, word)
  local above <const>, below <const> = field.value, word.value
  local open <const> = above.approved and choices.offered(above)
  for _, name in ipairs(open and choices.offered(below) or {}) do
    if not holds(open, name) then
      return nil, {
        message = "chooses %s for '%s', where the %s offers %s (%s)", value = name, offered = open,
        hint = "a lower tier may only choose from the list above it",
      }
    end
  end
  if not below.type and not below.approved and above.approved then
    local out <const> = params.merge(above, below)
    out.type = nil
    return out, REPLACES
  end
  return below, REPLACES
end

-- ---- fields -----------------------------------------------------------------------------------------------

function Merge:refuse(field, word, wrong)
  local above <const>, name <const> = field.winner, field.parts[#field.parts]
  local function said(value)
    return params.words(secrets.without(value, name))
  end
  local tier <const>, place <const> = word.tier.title, problem.place(above.owner, above.key)
  local message
  if wrong.message then
    local limit <const> = wrong.offered or field.value
    message = ("the %s " .. wrong.message):format(tier, said(wrong.value), field.path, above.tier.title,
      table.concat(type(limit[1]) == "table" and names_of(limit) or limit, ", "), place)
  else
    message = ("the %s %s '%s' from %s to %s; the %s decided it (%s)"):format(tier, wrong.verb, field.path,
      said(field.value), said(word.value), above.tier.title, place)
  end
  word.effect = "refused"
  self.problems[#self.problems + 1] = problem.at(word.owner, word.key, message, wrong.hint)
end

-- One tier's word about a field.
function Merge:say(rule, parts, tier, owner, key, value)
  local path <const> = table.concat(parts, ".")
  local word <const> = { tier = tier, value = document.plain(value), owner = owner, key = key, effect = "sets" }
  local field <const> = self.fields[path]
  if not field then
    self.fields[path] = {
      path = path, parts = { table.unpack(parts) }, rule = rule, value = word.value, words = { word }, winner = word,
    }
    self.order[#self.order + 1] = path
    return
  end
  field.words[#field.words + 1] = word
  if rule.kind ~= "own" and params.equal(field.value, word.value) then
    word.effect = KEEPS
    return
  end
  local decided, effect = kinds[rule.kind](field, word)
  if field.words[1].tier == tier then
    decided, effect = word.value, REPLACES -- another spelling in one file, of which the last is read
  end
  if decided == nil then
    return self:refuse(field, word, effect)
  end
  field.value, word.effect = decided, effect
  if effect ~= KEEPS and effect ~= "refused" then
    field.winner = word
  end
end

local function is_object(value)
  return type(value) == "userdata" and document.kind(value) == "object"
end

-- The kind by which a value is merged: an object whose members have rules may be written in short.
local function kind_for(rule, value)
  if rule.kind ~= "members" or is_object(value) or rule.short and type(value) ~= "userdata" then
    return rule
  end
  return { kind = "override", path = rule.path }
end

local function below(parts, key)
  local inner <const> = table.move(parts, 1, #parts, 1, {})
  inner[#inner + 1] = key
  return inner
end

local UNKNOWN <const> = { kind = "override", path = "?" }

function Merge:visit(tier, owner, key, value, parts)
  local rule = rules.of(parts) or UNKNOWN
  if rule.as then
    parts = rules.spelt(rule, parts)
    rule = rules.of(parts) or UNKNOWN
  end
  if rule.list_as and document.kind(value) == "array" then
    parts = rules.split(rule.list_as)
    rule = rules.of(parts) or UNKNOWN
  end
  if rule.scoped and type(value) == "userdata" then
    return self:entries(tier, value, parts)
  end
  rule = kind_for(rule, value)
  if rule.kind == "members" and is_object(value) then
    self:members(tier, value, parts)
  elseif rule.kind == "members" then
    local inner <const> = below(parts, rule.short)
    self:say(rules.of(inner), inner, tier, owner, key, value)
  elseif rule.kind ~= "own" or tier == self.last then
    self:say(rule, parts, tier, owner, key, value)
  end
end

-- What one tier says about a policy, as an entry or a list of them. Those of one scope come together over the tiers.
function Merge:entries(tier, value, parts)
  for _, entry in ipairs(is_object(value) and { value } or value) do
    local where <const> = entry.where and document.plain(entry.where)
    self:members(tier, entry, where and next(where) and below(parts, rules.scope(where)) or parts)
  end
end

-- Sections that other spellings stand for come last, so that of two spellings in one file the section's own counts.
function Merge:members(tier, object, parts)
  for _, last in ipairs { false, true } do
    for key, value in pairs(object) do
      if (#parts == 0 and rules.is_meant(key)) == last then
        self:visit(tier, object, key, value, below(parts, key))
      end
    end
  end
end

-- What an environment contract chooses where products choose nothing: of what the platform offers, or where it says
-- nothing. That it may not choose otherwise is for `environment_contract.compare` to tell.
function Merge:environment(contract)
  local tier <const> = { title = ("environment contract '%s'"):format(contract.metadata.name), kind = "environment" }
  for category, selection in pairs(contract.plugins or {}) do
    local parts <const> = { "plugins", category }
    local rule <const> = rules.of(parts)
    local field <const> = self.fields[table.concat(parts, ".")]
    local name <const> = rule and rule.kind == "choice" and selection.default
    if name and field and choices.chosen(field.value) == name then
      field.words[#field.words + 1] = {
        tier = tier, value = { default = name }, owner = contract.plugins, key = category, effect = KEEPS,
      }
    elseif name and (not field or holds(choices.offered(field.value), name)) then
      self:say(rule, parts, tier, contract.plugins, category, { default = name })
    end
  end
end

-- ---- the resolved manifest --------------------------------------------------------------------------------

local function place_value(values, field)
  local at = values
  for index = 1, #field.parts - 1 do
    local key <const> = field.parts[index]
    if type(at[key]) ~= "table" then
      at[key] = {}
    end
    at = at[key]
  end
  at[field.parts[#field.parts]] = field.value
end

-- Entries of a policy for several scopes stand in a list, as a manifest writes them; first what holds everywhere.
local function list_entries(policies, scopes_of)
  for id, scopes in pairs(scopes_of) do
    local members <const>, list <const> = policies[id], json.array {}
    for index, scope in ipairs(scopes) do
      list[index], members[scope] = members[scope], nil
    end
    if next(members) then
      table.insert(list, 1, members)
    end
    policies[id] = #list > 1 and list or list[1]
  end
end

local ID <const>, SCOPE <const> = 3, 4 -- which key of governance.policies.ID.SCOPE.… is what

local function resolve(fields, order)
  local values <const>, scopes_of <const>, seen <const> = {}, {}, {}
  for _, path in ipairs(order) do
    local parts <const> = fields[path].parts
    place_value(values, fields[path])
    local scope <const> = #parts > SCOPE and parts[2] == "policies" and rules.is_scope(parts[SCOPE]) and parts[SCOPE]
    if scope and not seen[parts[ID] .. scope] then
      seen[parts[ID] .. scope] = true
      scopes_of[parts[ID]] = scopes_of[parts[ID]] or {}
      table.insert(scopes_of[parts[ID]], scope)
    end
  end
  if next(scopes_of) then
    list_entries(values.governance.policies, scopes_of)
  end
  return values
end

--- Merges tiers, enterprise first and the product last.
---@param tiers floe.tier[]
---@param environment floe.environment? the environment contract that the product targets
---@return floe.tiers.merged
function M.merge(tiers, environment)
  local self <const> = setmetatable({ problems = {}, fields = {}, order = {}, last = tiers[#tiers] }, Merge)
  for index, tier in ipairs(tiers) do
    if environment and index == #tiers then
      self:environment(environment.view)
    end
    self:members(tier, tier.manifest, {})
  end
  local values <const> = resolve(self.fields, self.order)
  local wrong <const> = choices.check(tiers, self.fields)
  table.move(wrong, 1, #wrong, #self.problems + 1, self.problems)
  return {
    values = values, governance = values.governance or {}, fields = self.fields, order = self.order,
    problems = self.problems,
  }
end

--- Layers by prefix, from data_architecture.layers of all tiers; a lower tier may add some.
---@param tiers floe.tier[]
---@return table<string, string>? prefixes layer → prefix; nil where no tier names any
function M.layers(tiers)
  local found <const> = {}
  for _, tier in ipairs(tiers) do
    local architecture <const> = tier.manifest.data_architecture
    for name, layer in pairs(architecture and architecture.layers or {}) do
      found[name] = found[name] or layer.prefix
    end
  end
  return next(found) and found or nil
end

--- The names of the layers that a product's models may stand in, as far as its manifests say.
---@param tiers floe.tier[]
---@param spec any the product's floe.yaml
---@return string[]
function M.layer_names(tiers, spec)
  local names <const> = {}
  for name in pairs(M.layers(tiers) or { bronze = true, silver = true, gold = true }) do
    names[#names + 1] = name
  end
  table.sort(names)
  for _, transform in ipairs(spec.transforms or {}) do
    names[#names + 1] = transform.tier
  end
  return names
end

return M
