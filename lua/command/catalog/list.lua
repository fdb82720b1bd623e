-- floe catalog list: which products are registered, and whose they are.
local reach <const> = require "command.catalog.reach"

local M = {
  name = "list",
  summary = "list the products that are registered, and their owners",
  description = [[
Reads the catalog that the platform of a product names (plugins.catalog; the file .floe/catalog.db where it names none)
and lists the products in it: id, version, repository and owner. With --all, namespaces that no product owns are listed
too. Nothing is changed.]],
  arguments = {
    { name = "folder", label = "DIR", complete = "directory", help = "a product's folder (default: this folder)" },
  },
  options = {
    { name = "all", help = "also namespaces that no product owns" },
    reach.option,
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json" }, default = "text",
      help = "what is printed" },
  },
  examples = {
    { "floe catalog list", "the products in the catalog of this product" },
    { "floe catalog list --catalog /srv/floe/catalog.db --all", "all that a shared file holds" },
  },
  exits = {
    [0] = "listed", [2] = "misuse, or a product or catalog that cannot be read", [4] = "the catalog cannot be reached",
    [5] = "the catalog refuses who asks",
  },
}

-- The versions that a product's namespace sums up; what is no list of texts is none.
local function contracts_of(properties)
  local document <const> = require "host.document"
  local root <const> = document.parse(properties["floe.contracts"] or "[]", "floe.contracts", { format = "json" })
  local list <const> = {}
  if document.kind(root) == "array" then
    for _, entry in ipairs(root) do
      list[#list + 1] = type(entry) == "string" and entry or nil
    end
  end
  return list
end

local function rows_of(namespaces)
  local products <const>, others <const> = {}, {}
  for _, namespace in ipairs(namespaces) do
    if namespace.holder then
      products[#products + 1] = {
        id = namespace.id, holder = namespace.holder, contracts = contracts_of(namespace.properties),
      }
    elseif not namespace.product then
      others[#others + 1] = namespace.id
    end
  end
  return products, others
end

local function print_text(terminal, handle, products, others, all)
  local count <const> = require("terminal").count
  local columns <const> = require "columns"
  local rows <const> = {}
  for i, product in ipairs(products) do
    local holder <const> = product.holder
    rows[i] = { product.id, holder.version or "-", holder.repository, holder.owner or "-",
      count(#product.contracts, "contract") }
  end
  for _, id in ipairs(all and others or {}) do
    rows[#rows + 1] = { id, "-", "no product owns it", "-", "-" }
  end
  columns.print(terminal, rows)
  if not terminal.quiet then
    terminal:line(("%s in %s"):format(count(#products, "product"), reach.title(handle)))
  end
end

local function print_json(terminal, handle, products, others)
  local json <const> = require "host.json"
  local rows <const> = {}
  for i, product in ipairs(products) do
    local holder <const> = product.holder
    rows[i] = json.object({
      { "id", product.id }, { "name", holder.name or json.null }, { "domain", holder.domain or json.null },
      { "version", holder.version or json.null }, { "repository", holder.repository },
      { "owner", holder.owner or json.null }, { "registered_at", holder.registered_at or json.null },
      { "contracts", json.array(product.contracts) },
    })
  end
  terminal:json(json.object({
    { "schema", "floe.dev/catalog-list/v1" }, { "catalog", reach.describe(handle) }, { "products", json.array(rows) },
    { "namespaces", json.array(others) },
  }))
end

---@return integer
function M.run(options, terminal)
  local handle <close>, exit <const> = reach.open(options.folder or ".", options.catalog, terminal)
  if not handle then
    return exit
  end
  local namespaces <const>, err <const> = require("catalog.survey").namespaces(handle)
  if not namespaces then
    return reach.fail(terminal, err)
  end
  local products <const>, others <const> = rows_of(namespaces)
  if options.format == "json" then
    print_json(terminal, handle, products, options.all and others or {})
  else
    print_text(terminal, handle, products, others, options.all)
  end
  return 0
end

return M
