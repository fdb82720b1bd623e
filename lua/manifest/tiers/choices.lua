-- Choices that the tiers above leave open: plugins, computes, sinks and products among those that were approved. A list
-- of a lower tier only narrows those above it, so a choice must be on every list from its own tier up.

local problem <const> = require "manifest.problem"
local set <const> = require "floe.set"
local text <const> = require "floe.text"

local M = {}

local function add(problems, ...)
  problems[#problems + 1] = problem.at(...)
end

-- The lists of one field from the top down: { list =, owner =, key =, tier = }.
local function lists_of(tiers, read)
  local out <const> = {}
  for index, tier in ipairs(tiers) do
    local list <const>, owner <const>, key <const> = read(tier.manifest)
    if list ~= nil then
      out[#out + 1] = { list = list, owner = owner, key = key, tier = tier, level = index }
    end
  end
  return out
end

-- The first list at or above a tier that does not hold a choice.
local function excluding(lists, level, chosen)
  for _, entry in ipairs(lists) do
    if entry.level <= level and not set.of(entry.list)[chosen] then
      return entry
    end
  end
end

local function approved_in(category)
  return function(manifest)
    local approved <const> = manifest.approved_plugins
    return approved and approved[category], approved, category
  end
end

-- What a tier chooses in one category: its plugin, and those it offers to products, each with its place.
local function choices_in(selection)
  local out <const> = {}
  for _, key in ipairs { "type", "default" } do
    if selection[key] then
      out[#out + 1] = { name = selection[key], owner = selection, key = key }
    end
  end
  for _, entry in ipairs(selection.approved or {}) do
    out[#out + 1] = { name = entry.name, owner = entry, key = "name" }
  end
  return out
end

local function check_plugins(tiers, problems)
  for level, tier in ipairs(tiers) do
    for category, selection in pairs(tier.manifest.plugins or {}) do
      local lists <const> = lists_of(tiers, approved_in(category))
      for _, choice in ipairs(choices_in(selection)) do
        local entry <const> = excluding(lists, level, choice.name)
        if entry then
          local near <const> = text.suggest(choice.name, entry.list)
          add(problems, choice.owner, choice.key,
            ("plugin '%s' is not among those the %s approves for %s: %s (%s)"):format(choice.name, entry.tier.title,
              category, text.list(entry.list), problem.place(entry.owner, entry.key)),
            near and ("did you mean '%s'?"):format(near) or nil, { near })
        end
      end
    end
  end
end

--- The names that a selection of a plugin lets products take; nil where it leaves all open.
---@param selection table? plain or a view
---@return string[]?
function M.offered(selection)
  if not selection then
    return nil
  end
  local names <const> = {}
  for _, choice in ipairs(choices_in(selection)) do
    if not set.of(names)[choice.name] then
      names[#names + 1] = choice.name
    end
  end
  return #names > 0 and names or nil
end

local function check_computes(product, selection, problems)
  local offered <const> = selection and M.offered(selection.value)
  for _, transform in ipairs(offered and product.manifest.transforms or {}) do
    if transform.compute and not set.of(offered)[transform.compute] then
      add(problems, transform, "compute", ("compute '%s' is not among those the platform offers: %s (%s)"):format(
        transform.compute, text.list(offered), problem.place(selection.owner, selection.key)), nil,
        { text.suggest(transform.compute, offered) })
    end
  end
end

local function check_sinks(tiers, product, problems)
  local lists <const> = lists_of(tiers, function(manifest)
    return manifest.approved_sinks, manifest, "approved_sinks"
  end)
  for _, destination in ipairs(product.manifest.destinations or {}) do
    local entry <const> = excluding(lists, #tiers, destination.sink_type)
    if entry then
      add(problems, destination, "sink_type", ("sink '%s' is not among those the %s approves: %s (%s)"):format(
        destination.sink_type, entry.tier.title, text.list(entry.list), problem.place(entry.owner, entry.key)), nil,
        { text.suggest(destination.sink_type, entry.list) })
    end
  end
end

local function check_approval(tiers, product, problems)
  local lists <const> = lists_of(tiers, function(manifest)
    return manifest.approved_products, manifest, "approved_products"
  end)
  local metadata <const> = product.manifest.metadata
  local id <const> = metadata.domain and ("%s.%s"):format(metadata.domain, metadata.name) or metadata.name
  for _, entry in ipairs(lists) do
    local approved <const> = set.of(entry.list)
    if not approved[metadata.name] and not approved[id] then
      add(problems, metadata, "name", ("product '%s' is not among those the %s approves (%s)"):format(metadata.name,
        entry.tier.title, problem.place(entry.owner, entry.key)),
        ("ask %s to add it"):format(entry.tier.manifest.metadata.owner))
      return
    end
  end
end

--- What the tiers choose although a list above, or their own, does not hold it.
---@param tiers floe.tier[] enterprise first
---@param computes { value: table, owner: any, key: any }? the resolved `plugins.compute`
---@return floe.problem[]
function M.check(tiers, computes)
  local problems <const> = {}
  check_plugins(tiers, problems)
  local product <const> = tiers[#tiers]
  if product and product.kind == "product" then
    check_computes(product, computes, problems)
    check_sinks(tiers, product, problems)
    check_approval(tiers, product, problems)
  end
  return problems
end

return M
