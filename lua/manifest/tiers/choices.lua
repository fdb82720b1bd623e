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

--- The plugin that is taken where nobody chooses.
---@param selection table plain or a view
---@return string?
function M.chosen(selection)
  local first <const> = selection.approved and selection.approved[1]
  return selection.type or selection.default or first and first.name
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

-- The number of a tier. An environment contract is none, and stands below the platform's.
local function level_of(tiers, wanted)
  for level, tier in ipairs(tiers) do
    if tier == wanted then
      return level
    end
  end
  return #tiers
end

-- The categories for which some tier lists what is approved.
local function approvable(tiers)
  local names <const> = {}
  for _, tier in ipairs(tiers) do
    for category in pairs(tier.manifest.approved_plugins or {}) do
      names[category] = true
    end
  end
  return set.list(names)
end

-- What a tier took over from above although its own list leaves it out: what products run on is on every list.
local function check_resolved(tiers, fields, problems)
  for _, category in ipairs(approvable(tiers)) do
    local selection <const> = fields["plugins." .. category]
    local chosen <const> = selection and (selection.value.type or selection.value.default)
    local level <const> = chosen and level_of(tiers, selection.winner.tier)
    for _, entry in ipairs(chosen and lists_of(tiers, approved_in(category)) or {}) do
      if entry.level > level and not set.of(entry.list)[chosen] then
        local word <const> = selection.winner
        add(problems, entry.owner, entry.key,
          ("the %s approves %s for %s, which leaves out '%s', the choice of the %s (%s)"):format(entry.tier.title,
            text.list(entry.list), category, chosen, word.tier.title, problem.place(word.owner, word.key)),
          ("choose one of them in `plugins.%s`, or approve '%s'"):format(category, chosen))
      end
    end
  end
end

-- The list that leaves out a compute: what the platform offers, or the first of the lists that does.
local function without(selection, lists, level, name)
  local offered <const> = selection and M.offered(selection.value)
  if offered and not set.of(offered)[name] then
    return offered, "platform offers", selection.winner
  end
  local entry <const> = excluding(lists, level, name)
  if entry then
    return entry.list, entry.tier.title .. " approves", entry
  end
end

local function check_computes(tiers, product, selection, problems)
  local lists <const> = lists_of(tiers, approved_in("compute"))
  for _, transform in ipairs(product.manifest.transforms or {}) do
    local name <const> = transform.compute
    local list <const>, who <const>, where <const> = without(selection, lists, #tiers, name)
    if name and list then
      add(problems, transform, "compute", ("compute '%s' is not among those the %s: %s (%s)"):format(name, who,
        text.list(list), problem.place(where.owner, where.key)), nil, { text.suggest(name, list) })
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
---@param fields table<string, floe.tiers.field> what they resolve to
---@return floe.problem[]
function M.check(tiers, fields)
  local problems <const> = {}
  check_plugins(tiers, problems)
  check_resolved(tiers, fields, problems)
  local product <const> = tiers[#tiers]
  if product and product.kind == "product" then
    check_computes(tiers, product, fields["plugins.compute"], problems)
    check_sinks(tiers, product, problems)
    check_approval(tiers, product, problems)
  end
  return problems
end

return M
