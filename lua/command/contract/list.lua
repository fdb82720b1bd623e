-- floe contract list: the contracts of products, with their versions.
local clean <const> = require("terminal").clean
local inputs <const> = require "command.contract.inputs"

local EXIT_USAGE <const> = 2

local M = {
  name = "list",
  summary = "list data contracts with their versions",
  description = [[
The contracts of the product in each folder, or the contracts in any other folder: name, version, status, tables,
columns, who answers for them, and the file.]],
  arguments = {
    { name = "paths", label = "PATH…", many = true, complete = "file",
      help = "products, folders with contracts, or files (default: this folder)" },
  },
  options = {
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json" }, default = "text",
      help = "what is printed; json (`floe schema contract-list`): with the hash of what each promises" },
  },
  examples = {
    { "floe contract list", "the contracts of the product in this folder" },
    { "floe contract list products/*", "those of many products" },
  },
  exits = { [0] = "listed", [2] = "misuse, or a contract that cannot be read" },
}

local function columns_of(normal)
  local count = 0
  for _, object in ipairs(normal.schema or {}) do
    count = count + #(object.properties or {})
  end
  return count
end

local function cells_of(source)
  local contract <const>, normal <const> = source.contract, source.normal
  return {
    clean(contract.name or contract.id or "?"), clean(contract.version or "?"), clean(contract.status or "-"),
    require("terminal").count(#(normal.schema or {}), "table"),
    require("terminal").count(columns_of(normal), "column"), clean(contract.owner or "-"), clean(source.path),
  }
end

local function print_text(terminal, list)
  local rows <const>, widths <const> = {}, {}
  for index, source in ipairs(list) do
    rows[index] = cells_of(source)
    for column, cell in ipairs(rows[index]) do
      widths[column] = math.max(widths[column] or 0, utf8.len(cell) or #cell)
    end
  end
  for _, row in ipairs(rows) do
    for column = 1, #row - 1 do
      row[column] = row[column] .. (" "):rep(widths[column] - (utf8.len(row[column]) or #row[column]))
    end
    terminal:line(table.concat(row, "  "))
  end
end

local function print_json(terminal, list)
  local hash <const> = require "contract.hash"
  local json <const> = require "host.json"
  local function or_null(value)
    return value == nil and json.null or value
  end
  local out <const> = {}
  for index, source in ipairs(list) do
    local contract <const> = source.contract
    local tables <const> = {}
    for position, object in ipairs(source.normal.schema or {}) do
      tables[position] = json.object({ { "name", or_null(object.name) },
        { "physical_name", or_null(object.physicalName) }, { "columns", #(object.properties or {}) } })
    end
    out[index] = json.object({
      { "id", or_null(contract.id) }, { "name", or_null(contract.name) }, { "version", or_null(contract.version) },
      { "status", or_null(contract.status) }, { "owner", or_null(contract.owner) },
      { "domain", or_null(contract.domain) }, { "file", source.path }, { "form", contract.dialect },
      { "api_version", or_null(contract.api_version) }, { "hash", hash.of(source.normal) },
      { "problems", #contract.problems }, { "tables", json.array(tables) },
    })
  end
  terminal:json(require("contract.reports").document("list", out))
end

---@return integer
function M.run(options, terminal)
  local list <const> = inputs.read(options.paths, terminal)
  if not list then
    return EXIT_USAGE
  end
  if options.format == "json" then
    print_json(terminal, list)
  else
    print_text(terminal, list)
  end
  return 0
end

return M
