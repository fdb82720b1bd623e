-- floe catalog show: one product as the catalog knows it.
local clean <const> = require("terminal").clean
local reach <const> = require "command.catalog.reach"
local set <const> = require "floe.set"

local EXIT_ABSENT <const> = 1

local M = {
  name = "show",
  summary = "show a registered product: its owner, the versions of its contracts, its tables",
  description = [[
Shows what the catalog holds of one product, or of another namespace that is named. Without a name it is the product of
the folder. Tables are those in its namespace and below it, with what their metadata says. Nothing is changed.]],
  arguments = {
    { name = "product", label = "PRODUCT", help = "its id, such as sales.orders (default: the product of the folder)" },
  },
  options = {
    { name = "folder", value = "DIR", complete = "directory",
      help = "a product's folder, whose catalog is looked at (default: this folder)" },
    reach.option,
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json" }, default = "text",
      help = "what is printed" },
  },
  examples = {
    { "floe catalog show", "this product, as it is registered" },
    { "floe catalog show sales.orders", "a product of somebody else" },
    { "floe catalog show --format json | jq -r '.contracts[].version'", "for a script" },
  },
  exits = {
    [0] = "shown", [1] = "the catalog has no such product",
    [2] = "misuse, or a product or catalog that cannot be read", [4] = "the catalog cannot be reached",
    [5] = "the catalog refuses who asks",
  },
}

-- What a table's metadata says, as far as it can be read.
local function table_facts(entry)
  local metadata <const> = entry.metadata or {}
  local columns
  for _, schema in ipairs(type(metadata.schemas) == "table" and metadata.schemas or {}) do
    if type(schema) == "table" and schema["schema-id"] == metadata["current-schema-id"]
      and type(schema.fields) == "table" then
      columns = #schema.fields
    end
  end
  return {
    name = entry.name, namespace = entry.namespace.id, location = entry.location, problem = entry.problem,
    format = math.tointeger(metadata["format-version"]), columns = columns,
    snapshots = type(metadata.snapshots) == "table" and #metadata.snapshots or nil,
  }
end

local function read(handle, id)
  local identity <const>, survey <const> = require "catalog.identity", require "catalog.survey"
  local name <const> = identity.namespace(id)
  local properties <const>, err <const> = handle:load(name)
  if not properties then
    return properties, err
  end
  local holder <const> = identity.holder(properties)
  local versions <const>, failure <const> = require("catalog.contracts").registered(handle, name)
  if not versions then
    return nil, failure
  end
  local below <const>, wrong <const> = survey.namespaces(handle, name, id)
  if not below then
    return nil, wrong
  end
  local tables <const>, bad <const> = survey.tables(handle, { { name = name, id = id }, table.unpack(below) })
  if not tables then
    return nil, bad
  end
  for i, entry in ipairs(tables) do
    tables[i] = table_facts(entry)
  end
  return { id = id, properties = properties, holder = holder, versions = versions, tables = tables }
end

local function print_field(terminal, name, value)
  if value then
    terminal:line(("  %-12s %s"):format(name .. ":", clean(value)))
  end
end

local function print_versions(terminal, versions)
  local columns <const> = require "columns"
  local rows <const> = {}
  for i, contract in ipairs(versions) do
    rows[i] = { contract.name, contract.version, contract.status or "-", contract.hash or "-",
      contract.registered_at or "-" }
  end
  if #rows > 0 then
    terminal:line("  Contracts:")
    columns.print(terminal, rows, "    ")
  end
end

local function print_tables(terminal, tables)
  local count <const> = require("terminal").count
  if #tables > 0 then
    terminal:line("  Tables:")
  end
  for _, entry in ipairs(tables) do
    local facts <const> = {}
    facts[#facts + 1] = entry.format and "format " .. entry.format or nil
    facts[#facts + 1] = entry.columns and count(entry.columns, "column") or nil
    facts[#facts + 1] = entry.snapshots and count(entry.snapshots, "snapshot") or nil
    facts[#facts + 1] = entry.problem and clean(entry.problem) or nil
    terminal:line(("    %s.%s  %s"):format(clean(entry.namespace), clean(entry.name), table.concat(facts, ", ")))
    terminal:line("      " .. clean(entry.location))
  end
end

local function print_text(terminal, found)
  local holder <const> = found.holder
  local version <const> = holder and holder.version and " " .. clean(holder.version) or ""
  terminal:line(terminal:paint("bold", clean(found.id)) .. version)
  if holder then
    print_field(terminal, "Repository", holder.repository)
    print_field(terminal, "Owner", holder.owner)
    print_field(terminal, "Domain", holder.domain)
    print_field(terminal, "Registered", holder.registered_at)
  else
    terminal:line("  No product owns this namespace.")
  end
  for _, key in ipairs(set.list(found.properties)) do
    if terminal.verbose or not key:find("^floe%.") then
      terminal:line(("  %s = %s"):format(clean(key), clean(found.properties[key])))
    end
  end
  print_versions(terminal, found.versions)
  print_tables(terminal, found.tables)
end

local function json_of(list, keys)
  local json <const> = require "host.json"
  local rows <const> = {}
  for i, entry in ipairs(list) do
    local row <const> = {}
    for position, key in ipairs(keys) do
      row[position] = { key, entry[key] == nil and json.null or entry[key] }
    end
    rows[i] = json.object(row)
  end
  return json.array(rows)
end

local function print_json(terminal, handle, found)
  local json <const> = require "host.json"
  local properties <const> = {}
  for i, key in ipairs(set.list(found.properties)) do
    properties[i] = { key, found.properties[key] }
  end
  local holder <const> = found.holder or {}
  terminal:json(json.object({
    { "schema", "floe.dev/catalog-product/v1" }, { "catalog", reach.describe(handle) }, { "id", found.id },
    { "version", holder.version or json.null }, { "repository", holder.repository or json.null },
    { "owner", holder.owner or json.null }, { "registered_at", holder.registered_at or json.null },
    { "properties", json.object(properties) },
    { "contracts", json_of(found.versions, { "name", "version", "status", "hash", "registered_at" }) },
    { "tables", json_of(found.tables,
      { "namespace", "name", "location", "format", "columns", "snapshots", "problem" }) },
  }))
end

local function absent(terminal, handle, id)
  terminal:fail({
    message = ("the catalog %s has no product '%s'"):format(reach.title(handle), id),
    hint = "`floe catalog list` shows those it has; `floe compile` registers one",
  })
  return EXIT_ABSENT
end

---@return integer
function M.run(options, terminal)
  local handle <close>, loading <const> = reach.open(options.folder or ".", options.catalog, terminal)
  if not handle then
    return loading
  end
  local id <const> = options.product or loading and loading.id
  if not id then
    require("usage.parser").misuse("which product is meant is not said", "Name its id: floe catalog show sales.orders")
  end
  local found <const>, err <const> = read(handle, id)
  if found == nil then
    return reach.fail(terminal, err)
  elseif not found then
    return absent(terminal, handle, id)
  elseif options.format == "json" then
    print_json(terminal, handle, found)
  else
    print_text(terminal, found)
  end
  return 0
end

return M
