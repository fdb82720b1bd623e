-- The products that a catalog is compared with: those of some folders, and the ids of all in their checkouts, so that
-- what no product is any more can be told from what merely was not named.

local document <const> = require "host.document"
local files <const> = require "host.files"
local identifiers <const> = require "phase.product"
local products <const> = require "catalog.product"
local repositories <const> = require "catalog.repository"
local repository <const> = require "repository"

local M = {}

local SKIPPED <const> = { ".git", ".hg", ".svn", ".floe", ".venv", "venv", "__pycache__", "build", "dbt_packages",
  "node_modules", "target" }
local MOST_FILES <const> = 1000000

-- The ids of the products below a folder. A floe.yaml that cannot be read is an error: its product may be any.
local function add_ids(known, root)
  local list <const>, err <const> = files.walk(root, { skip = SKIPPED, max_files = MOST_FILES })
  if not list then
    return err
  end
  for _, entry in ipairs(list) do
    local name <const> = files.basename(entry.path)
    if name == "floe.yaml" or name == "floe.yml" then
      local path <const> = files.join(root, entry.path)
      local spec <const>, wrong <const> = document.read(path, { format = "yaml", dialect = "core" })
      local metadata <const> = document.kind(spec) == "object" and spec.metadata
      if document.kind(metadata) ~= "object" or type(metadata.name) ~= "string" then
        return wrong or { code = "invalid", message = "a floe.yaml without metadata.name", file = path }
      end
      known[identifiers.id_of(metadata)] = path
    end
  end
end

-- The checkouts that the folders lie in; nil where one lies in none.
local function roots_of(loadings)
  local roots <const>, seen <const> = {}, {}
  for _, loading in ipairs(loadings) do
    local root <const> = repository.root(loading.root)
    if not root then
      return nil
    elseif not seen[root] then
      seen[root] = true
      roots[#roots + 1] = root
    end
  end
  return roots
end

--- What some loaded products are compared with.
---@param loadings floe.loading[]
---@return floe.catalog.scope? scope `known` is nil where the folders lie in no checkout
---@return table? err a floe.yaml of the checkout that cannot be read
function M.of(loadings)
  local scope <const> = { products = {}, repositories = {} }
  for i, loading in ipairs(loadings) do
    local product <const> = products.of(loading)
    scope.products[i] = product
    local form <const> = product.repository and repositories.normalize(product.repository)
    if form then
      scope.repositories[form] = true
    end
  end
  local roots <const> = roots_of(loadings)
  if not roots then
    return scope
  end
  scope.known = {}
  for _, root in ipairs(roots) do
    local err <const> = add_ids(scope.known, root)
    if err then
      return nil, err
    end
  end
  return scope
end

return M
