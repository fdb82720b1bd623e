-- Which policies run, with which params and in which mode, after all tiers have spoken.
--
-- The order is: the policy's own mode and params, its bundle's, then enterprise, domain, product, command line.
-- The first tier decides freely. Every later one may only make things stricter; an attempt to weaken is an
-- error that names both places. Within a tier the most exact word wins: an entry for the policy's id, then
-- `category.*`, then `*`, then what the reference's own keys say (enforce/reference.lua).
--
-- A tier may give a list of scoped entries: for a subject, the first entry whose scope holds is the tier's word.
-- Every combination of such words is a variant of the policy; variants that differ in params run as separate
-- instances, and a finding counts where its subject's variant runs as that instance.

local document <const> = require "host.document"
local modes <const> = require "enforce.modes"
local params <const> = require "enforce.params"
local problem <const> = require "manifest.problem"
local reference <const> = require "enforce.reference"
local scope <const> = require "enforce.scope"
local shape <const> = require "manifest.shape"
local set <const> = require "floe.set"
local text <const> = require "floe.text"

local M = {}

---@class floe.settings.tier
---@field title string in messages: "enterprise manifest 'acme'"
---@field governance any view of the governance section, nil where there is none
---@field manifest any view of the whole file

---@class floe.settings.claim what one entry of one tier says about a policy
---@field mode string?
---@field from string?
---@field where table?
---@field params table<string, any>?
---@field owner any the view that holds the entry
---@field key any the entry's key there
---@field entry any the entry's own view, nil for the short form
---@field places table<string, any[]>? { owner, key } of params that other keys gave
---@field soft boolean? from a wildcard or a general key: raises, and weakens nothing where it is lower

local Resolver = {}
Resolver.__index = Resolver

function Resolver:problem(...)
  self.problems[#self.problems + 1] = problem.at(...)
end

-- The container and key at which a claim gives a param.
local function param_spot(claim, name)
  local written <const> = claim.entry and claim.entry.params
  if written and written[name] ~= nil then
    return written, name
  elseif claim.places and claim.places[name] then
    return table.unpack(claim.places[name])
  end
  return claim.owner, claim.key
end

local function mode_spot(claim)
  if claim.entry and claim.entry.mode then
    return claim.entry, "mode"
  end
  return claim.owner, claim.key
end

local function claim_of(value, owner, key)
  if type(value) == "string" then
    return { mode = modes.read(value), owner = owner, key = key }
  end
  return {
    mode = value.mode and modes.read(value.mode),
    from = value.from,
    where = value.where and document.plain(value.where),
    params = value.params and document.plain(value.params),
    owner = owner,
    key = key,
    entry = value,
  }
end

-- The claims of a tier under one key of its governance.policies: a mode, an entry or a list of entries.
local function claims_under(policies, key)
  local value <const> = policies and policies[key]
  if value == nil then
    return nil
  elseif type(value) == "string" or document.kind(value) == "object" then
    return { claim_of(value, policies, key) }
  end
  local out <const> = {}
  for index = 1, #value do
    out[index] = claim_of(value[index], value, index)
  end
  return out
end

-- What a tier says about a policy: its exact claims, completed by its more general ones.
local function claims_for(tier, id)
  local policies <const> = tier.policies
  local category <const> = id:match("^[^.]+")
  local exact <const> = claims_under(policies, id)
  local general <const> = claims_under(policies, category .. ".*") or claims_under(policies, "*")
  local mapped <const> = tier.mapped[id] or tier.mapped["*"]
  for _, claim in ipairs(general or {}) do
    claim.soft = true
  end
  local claims <const> = exact or general or {}
  local open = true
  for _, claim in ipairs(claims) do
    claim.params = params.merge(mapped and mapped.params, claim.params)
    claim.places = mapped and mapped.places
    claim.mode = claim.mode or (mapped and mapped.mode)
    open = open and claim.where ~= nil
  end
  if open and mapped then
    claims[#claims + 1] = mapped
  end
  return claims
end

-- Checks the params of a claim and says whether they may be used.
function Resolver:params_fit(id, definition, claim)
  if not claim.params then
    return true
  end
  local problems <const> = params.check(id, definition, claim.params, function(name)
    return param_spot(claim, name)
  end)
  table.move(problems, 1, #problems, #self.problems + 1, self.problems)
  return #problems == 0
end

-- A lower tier's claim may not be weaker than what the tiers above it decided.
function Resolver:mode_keeps(id, state, tier, claim)
  if not claim.mode or claim.soft or modes.compare(claim.mode, state.mode) >= 0 then
    return
  end
  local above = state.mode .. " by default"
  if state.mode_claim then
    above = ("%s in the %s (%s)"):format(state.mode, state.mode_title, problem.place(mode_spot(state.mode_claim)))
  end
  local owner <const>, key <const> = mode_spot(claim)
  self:problem(owner, key, ("the %s weakens policy '%s' to %s; it is %s"):format(tier.title, id, claim.mode, above),
    "a lower tier may only make a policy stricter: remove the entry, or ask who owns the tier above")
end

local CHANGES <const> = { "changes", "only the first tier may set a param that has no stricter direction" }
local WEAKENS <const> = { "weakens", "a lower tier may only make it stricter" }

function Resolver:params_keep(id, definition, state, tier, claim)
  for _, name in ipairs(shape.sorted_keys(claim.params or {})) do
    local param <const>, base <const> = definition.params[name], state.params[name]
    local keeps <const> = params.keeps(param, base, params.overlay(param, base, claim.params[name]))
    if not keeps then
      local words <const> = keeps == false and WEAKENS or CHANGES
      local above <const> = state.param_claims[name]
      local decided <const> = above and (" (%s)"):format(problem.place(param_spot(above, name))) or " by default"
      local given <const> = params.words(claim.params[name])
      local message <const> = ("the %s %s param '%s' of policy '%s' to %s; it is %s%s"):format(tier.title, words[1],
        name, id, given, params.words(base), decided)
      local owner <const>, key <const> = param_spot(claim, name)
      self:problem(owner, key, message, words[2])
    end
  end
end

-- Takes over what an unscoped claim decides for the tiers below.
local function decide(definition, state, tier, claim, first)
  if claim.mode and (first or modes.compare(claim.mode, state.mode) > 0) then
    state.mode, state.mode_claim, state.mode_title = claim.mode, claim, tier.title
  end
  for name, value in pairs(claim.params or {}) do
    state.params[name] = params.overlay(definition.params[name], state.params[name], value)
    state.param_claims[name] = claim
  end
end

-- The claims of every tier about one policy, checked against those of the tiers above.
function Resolver:layers(id, definition, base)
  local state <const> = { mode = base.mode, params = params.merge({}, base.params), param_claims = {} }
  local layers <const> = {}
  local first = true
  for _, tier in ipairs(self.tiers) do
    local claims <const> = claims_for(tier, id)
    local kept <const> = {}
    for _, claim in ipairs(claims) do
      if self:params_fit(id, definition, claim) then
        if not first then
          self:mode_keeps(id, state, tier, claim)
          self:params_keep(id, definition, state, tier, claim)
        end
        kept[#kept + 1] = claim
      end
    end
    for _, claim in ipairs(kept) do
      if not claim.where then
        decide(definition, state, tier, claim, first)
        break
      end
    end
    if #kept > 0 then
      layers[#layers + 1] = { claims = kept, first = first, tier = tier.title }
    end
    first = false
  end
  return layers
end

-- The claim of a tier that speaks for a subject, and its number; 0 for none.
local function speaking(layer, traits)
  for index, claim in ipairs(layer.claims) do
    if scope.holds(claim.where, traits) then
      return index
    end
  end
  return 0
end

-- Puts the words of all tiers together: `choice[i]` is the number of the claim that speaks in layer i.
function Resolver:variant(definition, base, layers, choice)
  local mode, values = base.mode, base.params
  for index, layer in ipairs(layers) do
    local claim <const> = layer.claims[choice[index]]
    if claim then
      if claim.mode then
        local now <const> = modes.on(claim.mode, claim.from, self.as_of)
        mode = layer.first and now or modes.stricter(mode, now)
      end
      for name, value in pairs(claim.params or {}) do
        values = params.merge(values, { [name] = params.overlay(definition.params[name], values[name], value) })
      end
    end
  end
  if mode ~= "off" and self.enforce then
    mode = modes.stricter(mode, self.enforce)
  end
  return { mode = mode, params = values }
end

-- More choices than any organisation's rules make; every tier with scopes multiplies them.
local MOST_CHOICES <const> = 4096

-- Every choice that can occur: for each layer one of its claims, or none where all of them are scoped. Nil where there
-- are too many.
local function choices(layers)
  local out = { {} }
  for _, layer in ipairs(layers) do
    local numbers <const> = {}
    local open = true
    for index, claim in ipairs(layer.claims) do
      if open then
        numbers[#numbers + 1] = index
        open = claim.where ~= nil
      end
    end
    if open then
      numbers[#numbers + 1] = 0
    end
    if #out * #numbers > MOST_CHOICES then
      return nil
    end
    local longer <const> = {}
    for _, begun in ipairs(out) do
      for _, number in ipairs(numbers) do
        local choice <const> = table.move(begun, 1, #begun, 1, {})
        choice[#choice + 1] = number
        longer[#longer + 1] = choice
      end
    end
    out = longer
  end
  return out
end

-- The number of the instance with these params, made where there is none yet.
local function instance_for(policy, values)
  for index, instance in ipairs(policy.instances) do
    if params.equal(instance.params, values) then
      return index
    end
  end
  policy.instances[#policy.instances + 1] = { params = values }
  return #policy.instances
end

-- One policy with all its variants; `mode` is the strictest of them.
function Resolver:policy(id, known, base)
  local definition <const> = known.definition
  local layers <const> = self:layers(id, definition, base)
  local policy <const> = {
    id = id,
    bundle = known.bundle,
    definition = definition,
    mode = "off",
    instances = {},
    variants = {},
    layers = layers,
  }
  local every <const> = choices(layers)
  if not every then
    local owner <const>, key <const> = mode_spot(layers[#layers].claims[1])
    self:problem(owner, key, ("policy '%s' has scopes in so many tiers that more than %d combinations exist")
      :format(id, MOST_CHOICES), "say it in fewer tiers, or with fewer scopes")
  end
  for _, choice in ipairs(every or {}) do
    local variant <const> = self:variant(definition, base, layers, choice)
    if variant.mode ~= "off" then
      variant.instance = instance_for(policy, variant.params)
      policy.mode = modes.stricter(policy.mode, variant.mode)
    end
    policy.variants[table.concat(choice, ",")] = variant
  end
  return policy
end

local function bundle_base(self, known)
  local definition <const> = known.definition
  local base <const> = { mode = modes.read(definition.mode or "alert_only"), params = params.defaults(definition) }
  local bundle <const> = self.bundles[known.bundle]
  for _, claim in ipairs(bundle and claims_under(bundle.policies, definition.id) or {}) do
    if self:params_fit(definition.id, definition, claim) then
      base.mode = claim.mode or base.mode
      for name, value in pairs(claim.params or {}) do
        base.params[name] = params.overlay(definition.params[name], base.params[name], value)
      end
    end
  end
  return base
end

local function known_key(key, known, order)
  if known[key] or key == "*" then
    return true
  end
  local category <const> = key:match("^(.*)%.%*$")
  for _, id in ipairs(category and order or {}) do
    if id:sub(1, #category + 1) == category .. "." then
      return true
    end
  end
  return false
end

-- Ids in governance.policies that no bundle has.
function Resolver:unknown_ids(policies, known, order)
  if policies == nil or document.kind(policies) ~= "object" then
    return
  end
  for key in pairs(policies) do
    if key:find("[.*]") and not known_key(key, known, order) then
      local near <const> = text.suggest(key, order)
      self:problem(policies, key, ("there is no policy '%s'"):format(key),
        near and ("did you mean '%s'?"):format(near) or "`floe policy list` shows the policies there are", { near })
    end
  end
end

-- Entries that cannot say anything: behind one that holds for every subject, or about a layer that is misspelt. A
-- layer that is like no known one may be a model's own.
function Resolver:silent_entries(policies, layers)
  if policies == nil or document.kind(policies) ~= "object" then
    return
  end
  for key in pairs(policies) do
    local open
    for _, claim in ipairs(claims_under(policies, key)) do
      if open then
        self:problem(claim.owner, claim.key, ("this entry of policy '%s' is never used: the one at %s has no 'where'")
          :format(key, problem.place(mode_spot(open))),
          "of several entries the first that fits a subject counts: put the one without `where` last")
      end
      open = open or not claim.where and claim or nil
      self:scope_layers(key, claim, layers)
    end
  end
end

function Resolver:scope_layers(key, claim, layers)
  local wanted <const> = claim.where and claim.where.layer
  for _, layer in ipairs(type(wanted) == "table" and wanted or { wanted }) do
    local near <const> = not set.of(layers)[layer] and text.suggest(layer, layers)
    if near then
      self:problem(claim.entry.where, "layer", ("policy '%s' is scoped to layer '%s', which there is not"):format(key,
        layer), ("did you mean '%s'?"):format(near), { near })
    end
  end
end

--- Whether `id` was selected by a list of ids and `category.*`; a nil list selects everything.
---@param selection string[]?
---@param id string
---@return boolean
function M.selected(selection, id)
  if not selection then
    return true
  end
  for _, wanted in ipairs(selection) do
    if wanted == id or text.glob(wanted, id) then
      return true
    end
  end
  return false
end

local function prepare_tiers(self, input)
  local tiers <const> = {}
  for index, tier in ipairs(input.tiers) do
    local governance <const> = tier.governance
    local policies = governance and governance.policies
    if policies ~= nil and document.kind(policies) ~= "object" then
      policies = nil
    end
    tiers[index] = {
      title = tier.title,
      governance = governance,
      policies = policies,
      mapped = reference.claims(tier),
      rules = reference.rules(tier, function(...)
        self:problem(...)
      end),
    }
    self:unknown_ids(policies, input.known, input.order)
    self:silent_entries(policies, input.layers or {})
  end
  return tiers
end

--- Whether the tiers switch a policy off that could not be loaded, so that its own mode is unknown. As for any other,
--- only the first tier may do that, and only while no tier asks for more, be it for some subjects or later.
---@param tiers floe.settings.tier[]
---@param id string
---@return boolean
function M.is_off(tiers, id)
  local self <const> = setmetatable({ problems = {} }, Resolver)
  local off = false
  for index, tier in ipairs(prepare_tiers(self, { tiers = tiers, known = {}, order = {} })) do
    for _, claim in ipairs(claims_for(tier, id)) do
      if claim.mode and claim.mode ~= "off" then
        return false
      end
      off = off or index == 1 and claim.mode == "off" and not claim.where and not claim.from
    end
  end
  return off
end

-- Rules that a manifest writes in place run as policies of their own, with the id of the policy that does the
-- work; no other tier can take them back.
function Resolver:rules(known, policies)
  for _, tier in ipairs(self.tiers) do
    for _, rule in ipairs(tier.rules) do
      local of <const> = known[rule.id]
      if of and of.definition and self:params_fit(rule.id, of.definition, rule) then
        local base <const> = bundle_base(self, of)
        local values <const> = params.merge(base.params, rule.params)
        local mode = rule.mode or (tier.mapped["*"] and tier.mapped["*"].mode) or base.mode
        if mode ~= "off" and self.enforce then
          mode = modes.stricter(mode, self.enforce)
        end
        policies[#policies + 1] = {
          id = rule.id,
          bundle = of.bundle,
          definition = of.definition,
          mode = mode,
          rule = rule.name,
          message = rule.message,
          instances = { { params = values } },
          variants = { [""] = { mode = mode, params = values, instance = 1 } },
          layers = {},
        }
      end
    end
  end
end

---@class floe.settings.input
---@field known table<string, { bundle: integer, definition: table? }> definitions by id; none where it did not load
---@field order string[] ids in the order of their bundles
---@field bundles { policies: any }[] bundles, with the `policies` section of their bundle.yaml
---@field tiers floe.settings.tier[] enterprise first, the product last
---@field enforce string? the least mode of what runs
---@field as_of string YYYY-MM-DD
---@field phase string
---@field selection string[]?
---@field layers string[]? the names of the layers that are known

--- Resolves what runs.
---@param input floe.settings.input
---@return { policies: table[], problems: floe.problem[], all: table[] } `all` also holds what is off or not selected
function M.resolve(input)
  local self <const> = setmetatable({
    problems = {},
    bundles = input.bundles,
    as_of = input.as_of,
    enforce = input.enforce,
  }, Resolver)
  self.tiers = prepare_tiers(self, input)
  for _, bundle in ipairs(input.bundles) do
    self:unknown_ids(bundle.policies, input.known, input.order)
  end
  local all <const> = {}
  for _, id in ipairs(input.order) do
    local known <const> = input.known[id]
    if known.definition then
      all[#all + 1] = self:policy(id, known, bundle_base(self, known))
    end
  end
  self:rules(input.known, all)
  local policies <const> = {}
  for _, policy in ipairs(all) do
    local runs <const> = shape.one_of(policy.definition.phases, input.phase) and M.selected(input.selection, policy.id)
    if policy.mode ~= "off" and runs then
      policies[#policies + 1] = policy
    end
  end
  return { policies = policies, problems = self.problems, all = all }
end

--- The variant of a policy that holds for a subject.
---@param policy table from `resolve`
---@param subject any
---@param product any
---@return { mode: string, params: table, instance: integer? }
function M.variant_for(policy, subject, product)
  local traits
  local choice <const> = {}
  for index, layer in ipairs(policy.layers) do
    local scoped <const> = layer.claims[1] and layer.claims[1].where
    if scoped and not traits then
      traits = scope.traits(subject, product)
    end
    choice[index] = scoped and speaking(layer, traits) or (layer.claims[1] and 1 or 0)
  end
  return policy.variants[table.concat(choice, ",")]
end

return M
