-- How the commands of `floe catalog` reach a catalog: the one that a product's platform names, or a file.

local files <const> = require "host.files"

local M = {}

M.EXIT_USAGE, M.EXIT_OUTSIDE, M.EXIT_TRUST = 2, 4, 5

--- The option that names a catalog without a product.
---@type usage.option
M.option = {
  name = "catalog", value = "FILE", complete = "file",
  help = "a catalog's SQLite file, instead of the catalog that the product's platform names",
}

--- The exit code of a catalog's error.
---@param err table
---@return integer
function M.exit(err)
  return err.code == "trust" and M.EXIT_TRUST or err.code == "invalid" and M.EXIT_USAGE or M.EXIT_OUTSIDE
end

--- Prints a catalog's error and answers the exit code.
---@param terminal terminal
---@param err table
---@return integer
function M.fail(terminal, err)
  terminal:fail(err)
  return M.exit(err)
end

-- The errors of a product that keep its catalog from being known. A dbt project is not looked at.
local function load_product(folder, terminal)
  local loading <const> = require("phase.product").open(folder)
  if #loading.errors > 0 then
    terminal:fail_all(loading.errors)
    return nil
  end
  return loading
end

local function open_file(file, terminal)
  if not files.exists(file) then
    terminal:fail({ message = ("there is no catalog '%s'"):format(file), hint = "floe compile makes it" })
    return nil, M.EXIT_USAGE
  end
  local opening <const> = require "catalog.open"
  local handle <const>, err <const> = opening.open(opening.settings({ config = { path = file } }, ".", "."))
  if not handle then
    return nil, M.fail(terminal, err)
  end
  return handle
end

--- The catalog of a product's folder, or the file that an option names, to be closed by the caller. Errors are printed.
---@param folder string
---@param file string? of the option `catalog`
---@param terminal terminal
---@return any? handle
---@return integer|floe.loading|nil loading the product, or the exit code where there is no handle
function M.open(folder, file, terminal)
  if file then
    return open_file(file, terminal)
  end
  local loading <const> = load_product(folder, terminal)
  if not loading then
    return nil, M.EXIT_USAGE
  end
  local handle <const>, err <const> = require("catalog.product").open(loading)
  return handle, handle and loading or M.fail(terminal, err)
end

--- What a catalog is, for a report in JSON.
---@param handle any
---@return table
function M.describe(handle)
  local json <const> = require "host.json"
  local description <const> = assert(handle:describe())
  return json.object({ { "type", description.type }, { "address", description.address } })
end

--- "the catalog .floe/catalog.db (sqlite)"
---@param handle any
---@return string
function M.title(handle)
  local description <const> = assert(handle:describe())
  return ("%s (%s)"):format(require("terminal").clean(description.address), description.type)
end

return M
