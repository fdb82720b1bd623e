-- A platform manifest as commands need it: with those above it, merged, and with the policies of its bundles.
local bundles <const> = require "command.policy.bundles"
local files <const> = require "host.files"
local platforms <const> = require "phase.platforms"
local problem <const> = require "manifest.problem"
local tiers <const> = require "manifest.tiers"

local M = {}

---@class command.platform
---@field platforms floe.platform[] the highest first, the manifest itself last
---@field manifest floe.platform
---@field environment floe.environment? the environment contract that led to the manifest
---@field folder string in which the manifest stands
---@field merged floe.tiers.merged
---@field bundles command.policy.bundle[] of all tiers, each once
---@field loading table what phase.judgement resolves policies for

local function add_all(list, more)
  table.move(more, 1, #more, #list + 1, list)
end

-- The bundle that a tier names; nil and what is wrong.
local function open_bundle(platform, names, index)
  local folder <const> = files.normalize(files.join(files.dirname(platform.path), names[index]))
  if not files.is_dir(folder) then
    return nil, { problem.at(names, index, ("there is no bundle '%s'"):format(folder),
      "the path is relative to the manifest that names it") }
  end
  return bundles.open(folder)
end

local function open_bundles(found, problems)
  local out <const>, seen <const> = {}, {}
  for _, platform in ipairs(found) do
    local names <const> = platform.view.governance and platform.view.governance.bundles
    for index = 1, names and #names or 0 do
      local entry <const>, wrong <const> = open_bundle(platform, names, index)
      add_all(problems, wrong or {})
      if entry and not seen[files.absolute(entry.path)] then
        seen[files.absolute(entry.path)] = true
        out[#out + 1] = entry
      end
    end
  end
  return out
end

-- What is wrong with the contracts that the tiers name: no product could be judged below them.
local function add_contracts(found, problems)
  local _, wrong <const>, circle <const> = require("contract.inherit").of_tiers(found)
  add_all(problems, wrong)
  if circle then
    add_all(problems, { problem.with(nil, "contracts inherit from one another: " .. circle,
      "take 'inherits' out of one of them") })
  end
end

--- Opens a manifest of any tier.
---@param path string a file or a folder
---@return command.platform? opened nil where it cannot be used
---@return floe.problem[]? problems
function M.open(path)
  local found <const>, problems <const> = platforms.open(path)
  if #problems > 0 then
    return nil, problems
  end
  local list <const> = {}
  for index, platform in ipairs(found) do
    list[index] = platform.as_tier
  end
  local merged <const> = tiers.merge(list)
  add_all(problems, merged.problems)
  if found.environment then
    add_all(problems, require("manifest.environment_contract").compare(found.environment.view, merged))
  end
  local opened <const> = {
    platforms = found, manifest = found[#found], folder = files.dirname(found[#found].path), merged = merged,
    bundles = open_bundles(found, problems), environment = found.environment,
  }
  add_contracts(found, problems)
  if #problems > 0 then
    return nil, problems
  end
  opened.loading = {
    folder = opened.folder, root = opened.folder, path = opened.manifest.path, spec = {}, platforms = found,
    tiers = list, errors = {}, notes = {},
  }
  return opened
end

--- The policies of a bundle that have no test beside them.
---@param entry command.policy.bundle
---@return string[] ids
function M.untested(entry)
  local out <const> = {}
  for _, policy in ipairs(entry.bundle.policies) do
    out[#out + 1] = not entry.tests[policy.id] and policy.id or nil
  end
  return out
end

return M
