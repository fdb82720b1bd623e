-- What a product's tiers say about the catalog: which one it is, who the product is there, and how strictly its
-- identity is held to that.

local document <const> = require "host.document"
local files <const> = require "host.files"
local identity <const> = require "catalog.identity"
local opening <const> = require "catalog.open"

local M = {}

-- The plugin that a selection names, and its configuration where the selection says one.
local function chosen(selection)
  local approved <const> = selection.approved or {}
  local name <const> = selection.type or selection.default or approved[1] and approved[1].name
  for _, entry in ipairs(approved) do
    if entry.name == name and not selection.type then
      return name, entry.config
    end
  end
  return name, selection.config
end

-- The folder of the file that says the configuration: the lowest tier that says one.
local function folder_of(field)
  for index = #field.words, 1, -1 do
    local word <const> = field.words[index]
    local _, config <const> = chosen(word.value)
    if config and word.effect ~= "refused" then
      return files.dirname((document.place(word.owner, word.key)))
    end
  end
end

--- The catalog that the tiers resolve to, or the file beside the product. Paths are relative to the file that says so.
---@param loading floe.loading
---@return { type: string, config: table } settings for `host.catalog.open`
---@return floe.tiers.word? word of the tier that decided, for a problem's place
function M.settings(loading)
  local field <const> = loading.resolved.fields["plugins.catalog"]
  if not field then
    return opening.settings(nil, nil, loading.root)
  end
  local name <const>, config <const> = chosen(field.value)
  return opening.settings({ type = name, config = config }, folder_of(field), loading.root), field.winner
end

--- Opens the catalog of a product, as `catalog.open` does. What is wrong with its configuration stands at its place.
---@param loading floe.loading
---@return any? handle
---@return table? err
function M.open(loading)
  local settings <const>, word <const> = M.settings(loading)
  local handle <const>, err <const> = opening.open(settings)
  if err and err.code == "invalid" and not err.file and word then
    err.file, err.line, err.column = document.place(word.owner, word.key)
  end
  return handle, err
end

local function domain_owner(tiers)
  for _, tier in ipairs(tiers) do
    if tier.kind == "domain" then
      return tier.manifest.metadata.owner
    end
  end
end

--- Who a product is in the catalog.
---@param loading floe.loading
---@return floe.identity.product
function M.of(loading)
  local metadata <const> = loading.spec.metadata
  local said <const> = loading.resolved.values.identity or {}
  return {
    id = loading.id,
    domain = metadata.domain,
    name = metadata.name,
    repository = metadata.repository,
    owner = metadata.owner,
    version = metadata.version,
    domain_owner = domain_owner(loading.tiers),
    level = said.enforcement or identity.DEFAULT_LEVEL,
    auto_register = said.auto_register ~= false,
  }
end

return M
