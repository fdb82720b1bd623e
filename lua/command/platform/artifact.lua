-- The artifact of a platform manifest: a folder with the resolved manifest, the policies of its bundles, and what it
-- says of catalog and architecture. The same files give the same bytes; nothing of it tells where or when it was made.
local digest <const> = require "host.digest"
local files <const> = require "host.files"
local json <const> = require "host.json"
local params <const> = require "enforce.params"
local secrets <const> = require "manifest.secrets"

local M = {}

M.schema = "floe.dev/platform/v1"

---@class command.platform.file
---@field path string below the artifact's folder
---@field text string
---@field digest string

local function encode(value)
  return json.encode(value, { indent = 2 }) .. "\n"
end

local function add(list, path, text)
  list[#list + 1] = { path = path, text = text, digest = "sha256:" .. digest.sha256(text) }
end

local function is_bundle_file(path)
  return path:find("^policies/.*%.lua$") or path:find("^stdlib/.*%.lua$") or path == "bundle.yaml"
    or path == "README.md"
end

-- A bundle as it stands in its folder.
local function add_bundle(list, entry)
  local walked <const>, err <const> = files.walk(entry.path, { skip = { ".git", ".floe" } })
  if not walked then
    return nil, err
  end
  for _, file in ipairs(walked) do
    if is_bundle_file(file.path) then
      local text <const>, wrong <const> = files.read(files.join(entry.path, file.path))
      if not text then
        return nil, wrong
      end
      add(list, ("policies/%s/%s"):format(entry.bundle.name, file.path), text)
    end
  end
  return true
end

-- What each tier says of a policy, the highest first. No entry of one manifest could say the same: words are held to
-- their days and scopes, and the strictest of those that hold counts.
local function words_of(policy)
  local out <const> = json.array {}
  for _, layer in ipairs(policy.resolved and policy.resolved.layers or {}) do
    for _, claim in ipairs(layer.claims) do
      out[#out + 1] = {
        tier = layer.tier, mode = claim.mode, from = claim.from, where = claim.where,
        params = claim.params and params.as_facts(policy.definition.params or {}, claim.params),
      }
    end
  end
  return out
end

-- The mode and the params of every policy, as the tiers resolve them once every date has come.
local function effective(policies)
  local out <const> = {}
  for index, policy in ipairs(policies) do
    local variants <const> = {}
    for number, instance in ipairs(policy.resolved and policy.resolved.instances or {}) do
      variants[number] = params.as_facts(policy.definition.params or {}, instance.params)
    end
    out[index] = json.object {
      { "id", policy.id }, { "bundle", policy.bundle.name }, { "mode", policy.mode },
      { "params", json.array(variants) }, { "words", words_of(policy) },
    }
  end
  return { schema = "floe.dev/platform-policies/v1", policies = json.array(out) }
end

local function plain(value)
  return value ~= nil and secrets.without(value) or json.object {}
end

local function catalog_of(values)
  return json.object {
    { "catalog", plain(values.plugins and values.plugins.catalog) },
    { "identity", plain(values.identity) },
    { "structure", plain(values.catalog_structure) },
    { "reconciliation", plain(values.reconciliation) },
  }
end

local function architecture_of(values)
  local governance <const> = values.governance or {}
  return json.object {
    { "architecture", plain(values.data_architecture) },
    { "naming", plain(governance.naming) },
    { "quality_gates", plain(governance.quality_gates) },
    { "classification", plain(governance.classification) },
    { "data_contracts", plain(governance.data_contracts) },
  }
end

local function chain_of(opened)
  local out <const> = {}
  for index, platform in ipairs(opened.platforms) do
    out[index] = json.object {
      { "name", platform.name }, { "version", platform.version }, { "tier", platform.tier },
      { "digest", platform.digest },
    }
  end
  return json.array(out)
end

-- What tiers say of policies is left to policies/effective.json; how data of a classification is handled stays.
local function without_policies(governance)
  local kept <const> = {}
  for key, value in pairs(governance.policies or {}) do
    kept[key] = not key:find("[.*]") and value or nil
  end
  governance.policies = next(kept) and kept or nil
end

-- The resolved manifest has no parent any more, and names its bundles where the artifact has them.
local function resolved_manifest(opened)
  local values <const> = secrets.without(opened.merged.values)
  without_policies(values.governance or {})
  values.parent_manifest, values.parent, values.parent_ref = nil, nil, nil
  if #opened.bundles > 0 then
    local names <const> = {}
    for index, entry in ipairs(opened.bundles) do
      names[index] = "policies/" .. entry.bundle.name
    end
    values.governance.bundles = json.array(names)
  end
  return values
end

local function listed(list)
  local out <const> = {}
  for index, file in ipairs(list) do
    out[index] = json.object { { "path", file.path }, { "size", #file.text }, { "digest", file.digest } }
  end
  return json.array(out)
end

--- Makes the files of an artifact; `manifest.json` is the last of them, and lists the others with their digests.
---@param opened command.platform
---@param policies table[] from phase.judgement
---@return command.platform.file[]? list
---@return table? err
function M.make(opened, policies)
  local list <const> = {}
  for _, entry in ipairs(opened.bundles) do
    local ok <const>, err <const> = add_bundle(list, entry)
    if not ok then
      return nil, err
    end
  end
  add(list, "policies/effective.json", encode(effective(policies)))
  add(list, "catalog/catalog.json", encode(catalog_of(opened.merged.values)))
  add(list, "architecture/architecture.json", encode(architecture_of(opened.merged.values)))
  table.sort(list, function(a, b)
    return a.path < b.path
  end)
  local manifest <const> = opened.manifest
  add(list, "manifest.json", encode(json.object {
    { "schema", M.schema }, { "name", manifest.name }, { "version", manifest.version }, { "tier", manifest.tier },
    { "chain", chain_of(opened) }, { "manifest", resolved_manifest(opened) }, { "files", listed(list) },
  }))
  return list
end

return M
