-- The versions of contracts that a product's catalog holds.

local document <const> = require "host.document"

local M = {}

-- The products' catalogs are asked where that changes nothing: a file that is not there has nothing in it.
local function ask(loading)
  local members <const> = require "catalog.product"
  local handle <const>, err <const> = require("catalog.open").open((members.settings(loading)))
  if not handle then
    return nil, err
  end
  local namespace <const> = require("catalog.identity").namespace(loading.id)
  local found <const>, wrong <const> = require("catalog.contracts").registered(handle, namespace)
  handle:close()
  return found, wrong
end

--- The registered versions of all contracts of the product in a folder, as documents by the contracts' names.
---@param folder string
---@return table<string, { name: string, root: any }[]>? versions the roots are views; nil where one cannot ask
---@return table? error
function M.versions(folder)
  local loading <const> = require("phase.product").open(folder)
  if #loading.errors > 0 then
    return nil, loading.errors[1]
  end
  local found <const>, err <const> = ask(loading)
  if not found then
    return nil, err
  end
  local out <const> = {}
  for _, one in ipairs(found) do
    local name <const> = ("catalog:%s:%s"):format(one.name, one.version)
    if not one.document then
      return nil, { code = "invalid",
        message = ("the catalog does not hold what '%s' said, only its hash"):format(name),
        hint = "compare with a revision: --against git:…" }
    end
    out[one.name] = out[one.name] or {}
    table.insert(out[one.name], { name = name, root = document.build(one.document) })
  end
  return out
end

return M
