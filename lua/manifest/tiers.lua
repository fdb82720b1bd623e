-- How the tiers' manifests come together: enterprise → domain → product. What policies and their params say is
-- merged by enforce/settings.lua; here is the rest, in the order of strength that each key has, and the choices
-- that an upper tier leaves to the lower ones.

local document <const> = require "host.document"
local modes <const> = require "enforce.modes"
local problem <const> = require "manifest.problem"
local shape <const> = require "manifest.shape"
local text <const> = require "floe.text"

local M = {}

---@class floe.tier
---@field title string in messages: "enterprise manifest 'acme'"
---@field kind "enterprise"|"domain"|"platform"|"product"
---@field manifest any view of the file
---@field governance any view of its governance section, nil where there is none

-- Keys whose values have an order, weakest first.
local ORDERS <const> = {
  { "pii_encryption", { "optional", "required" } },
  { "audit_logging", { "disabled", "enabled" } },
}

-- Switches that a lower tier may turn on, not off.
local SWITCHES <const> = {
  { "rbac", "enabled" },
  { "network_policies", "enabled" },
  { "network_policies", "default_deny" },
  { "data_contracts", "drift_detection", "enabled" },
  { "data_contracts", "drift_detection", "fail_on_type_mismatch" },
  { "data_contracts", "drift_detection", "fail_on_missing_column" },
}

-- The value at a path of keys, and the view that holds its last key.
local function at(view, path)
  local owner = view
  for index = 1, #path - 1 do
    owner = owner and owner[path[index]]
  end
  return owner and owner[path[#path]], owner
end

local Merge = {}
Merge.__index = Merge

function Merge:problem(...)
  self.problems[#self.problems + 1] = problem.at(...)
end

-- Compares one key of a tier with what an upper tier said, and remembers it. `weaker(above, below)` decides.
function Merge:key(tier, path, weaker)
  local value <const>, owner <const> = at(tier.governance, path)
  if value == nil then
    return
  end
  local name <const>, key <const> = table.concat(path, "."), path[#path]
  local above <const> = self.said[name]
  if above and weaker(above.value, value) then
    local message <const> = ("the %s weakens '%s' from %s to %s; the %s decided it (%s)"):format(tier.title, name,
      above.value, value, above.title, problem.place(above.owner, key))
    self:problem(owner, key, message, "a lower tier may keep or strengthen what an upper one decides")
  else
    self.said[name] = { value = value, owner = owner, title = tier.title }
  end
end

local function weaker_in(order)
  return function(above, below)
    local rank <const> = {}
    for index, word in ipairs(order) do
      rank[word] = index
    end
    return rank[below] < rank[above]
  end
end

local function weaker_mode(above, below)
  return modes.compare(modes.read(below), modes.read(above)) < 0
end

local function less(above, below)
  return below < above
end

local function turned_off(above, below)
  return above and not below
end

function Merge:governance(tier)
  if tier.governance == nil then
    return
  end
  for _, row in ipairs(ORDERS) do
    self:key(tier, { row[1] }, weaker_in(row[2]))
  end
  for _, path in ipairs(SWITCHES) do
    self:key(tier, path, turned_off)
  end
  self:key(tier, { "data_retention_days" }, less)
  self:key(tier, { "policy_enforcement_level" }, weaker_mode)
end

-- ---- choices ----------------------------------------------------------------------------------------------

-- Plugins that a lower tier chooses must be among those that the enterprise approves.
function Merge:plugins(tier)
  for category, selection in pairs(tier.manifest.plugins or {}) do
    local approved <const> = self.approved and self.approved.list[category]
    local chosen <const> = selection.type
    if approved ~= nil and chosen and not shape.one_of(approved, chosen) then
      local near <const> = text.suggest(chosen, approved)
      local message <const> = ("plugin '%s' is not among those the %s approves for %s: %s (%s)"):format(chosen,
        self.approved.title, category, text.list(approved), problem.place(self.approved.list, category))
      self:problem(selection, "type", message, near and ("did you mean '%s'?"):format(near) or nil, { near })
    end
  end
  if tier.manifest.approved_plugins ~= nil then
    self.approved = { list = tier.manifest.approved_plugins, title = tier.title }
  end
end

-- The computes that products may name, where a tier says so.
local function computes_of(tier)
  local compute <const> = tier.manifest.plugins and tier.manifest.plugins.compute
  if compute == nil or compute.approved == nil then
    return nil
  end
  local names <const> = {}
  for _, entry in ipairs(compute.approved) do
    names[#names + 1] = entry.name
  end
  return names
end

function Merge:product(tier)
  local manifest <const> = tier.manifest
  for _, transform in ipairs(manifest.transforms or {}) do
    if transform.compute and self.computes and not shape.one_of(self.computes, transform.compute) then
      local message <const> = ("compute '%s' is not among those the platform offers: %s"):format(transform.compute,
        text.list(self.computes))
      self:problem(transform, "compute", message, nil, { text.suggest(transform.compute, self.computes) })
    end
  end
  for _, destination in ipairs(manifest.destinations or {}) do
    if self.sinks and not shape.one_of(self.sinks.list, destination.sink_type) then
      self:problem(destination, "sink_type", ("sink '%s' is not among those the %s approves: %s"):format(
        destination.sink_type, self.sinks.title, text.list(self.sinks.list)))
    end
  end
  local name <const> = manifest.metadata.name
  local id <const> = manifest.metadata.domain and ("%s.%s"):format(manifest.metadata.domain, name) or name
  if self.products and not shape.one_of(self.products.list, name) and not shape.one_of(self.products.list, id) then
    local message <const> = ("product '%s' is not among those the %s approves (%s)"):format(name, self.products.title,
      problem.place(self.products.list))
    self:problem(manifest.metadata, "name", message, ("ask %s to add it"):format(self.products.owner))
  end
end

-- ---- the merged section -----------------------------------------------------------------------------------

-- Lists that grow from tier to tier.
local GROWS <const> = {
  bundles = true, waivers = true, custom_rules = true, policy_overrides = true, levels = true, accepted_changes = true,
}

local function is_list(value)
  return type(value) == "table" and #value > 0
end

local function overlay(base, over)
  local out <const> = {}
  for key, value in pairs(base) do
    out[key] = value
  end
  for key, value in pairs(over) do
    local before <const> = out[key]
    if GROWS[key] and is_list(before) and is_list(value) then
      out[key] = table.move(value, 1, #value, #before + 1, table.move(before, 1, #before, 1, {}))
    elseif type(before) == "table" and type(value) == "table" and not is_list(before) and not is_list(value) then
      out[key] = overlay(before, value)
    else
      out[key] = value
    end
  end
  return out
end

--- Merges tiers, enterprise first and the product last.
---@param tiers floe.tier[]
---@return table governance the merged section, plain
---@return floe.problem[] problems attempts to weaken, and choices that are not open
function M.merge(tiers)
  local self <const> = setmetatable({ problems = {}, said = {} }, Merge)
  local governance = {}
  for _, tier in ipairs(tiers) do
    self:governance(tier)
    if tier.governance ~= nil then
      governance = overlay(governance, document.plain(tier.governance))
    end
    if tier.kind == "product" then
      self:product(tier)
    else
      self:plugins(tier)
      local manifest <const> = tier.manifest
      self.computes = computes_of(tier) or self.computes
      self.sinks = manifest.approved_sinks and { list = manifest.approved_sinks, title = tier.title } or self.sinks
      self.products = manifest.approved_products
        and { list = manifest.approved_products, title = tier.title, owner = manifest.metadata.owner }
        or self.products
    end
  end
  return governance, self.problems
end

--- Layers by prefix, from data_architecture.layers of the lowest tier that names some.
---@param tiers floe.tier[]
---@return table<string, string>? prefixes layer → prefix
function M.layers(tiers)
  local found
  for _, tier in ipairs(tiers) do
    local architecture <const> = tier.manifest.data_architecture
    local prefixes <const> = {}
    for name, layer in pairs(architecture and architecture.layers or {}) do
      prefixes[name] = layer.prefix
    end
    found = next(prefixes) and prefixes or found
  end
  return found
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
