-- What a product's tiers say about the catalog: which one it is, who the product is there, and how strictly its
-- identity is held to that.

local document <const> = require "host.document"
local files <const> = require "host.files"
local identity <const> = require "catalog.identity"
local opening <const> = require "catalog.open"
local set <const> = require "floe.set"

local M = {}

local LEVELS <const> = { "off", "warn", "register", "enforce" }
local KNOWN <const> = set.of(LEVELS)

local function rank(level)
  for i, name in ipairs(LEVELS) do
    if name == level then
      return i
    end
  end
end

--- The catalog that the tiers name, the lowest of them that names one, or the file beside the product. Paths are
--- relative to the file that says so.
---@param loading floe.loading
---@return { type: string, config: table } settings for `host.catalog.open`
---@return any? owner the view that names it, for a problem's place
function M.settings(loading)
  local chosen, owner
  for _, tier in ipairs(loading.tiers) do
    local plugins <const> = tier.manifest.plugins
    if plugins and plugins.catalog then
      chosen, owner = plugins.catalog, plugins
    end
  end
  local file <const> = chosen and document.place(chosen)
  return opening.settings(chosen and document.plain(chosen), file and files.dirname(file), loading.root), owner
end

--- Opens the catalog of a product, as `catalog.open` does. What is wrong with its configuration stands at its place.
---@param loading floe.loading
---@return any? handle
---@return table? err
function M.open(loading)
  local settings <const>, owner <const> = M.settings(loading)
  local handle <const>, err <const> = opening.open(settings)
  if err and err.code == "invalid" and not err.file and owner then
    err.file, err.line, err.column = document.place(owner, "catalog")
  end
  return handle, err
end

-- The strictest level of all tiers: a lower one may only strengthen.
local function level_of(tiers)
  local level, automatic
  for _, tier in ipairs(tiers) do
    local said <const> = tier.manifest.identity
    local wanted <const> = said and said.enforcement
    if wanted and KNOWN[wanted] and (not level or rank(wanted) > rank(level)) then
      level = wanted
    end
    if said and said.auto_register == false then
      automatic = false
    end
  end
  return level or identity.DEFAULT_LEVEL, automatic ~= false
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
  local level <const>, automatic <const> = level_of(loading.tiers)
  return {
    id = loading.id,
    domain = metadata.domain,
    name = metadata.name,
    repository = metadata.repository,
    owner = metadata.owner,
    version = metadata.version,
    domain_owner = domain_owner(loading.tiers),
    level = level,
    auto_register = automatic,
  }
end

return M
