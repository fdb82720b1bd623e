-- The policies that a folder is judged by: those of its product, resolved through all tiers. Where there is no product:
-- floe's own, with those of the bundle that the folder is.
local files <const> = require "host.files"
local system <const> = require "host.system"

local M = {}

---@class command.policy.effective
---@field id string
---@field definition table? nil where the policy did not load
---@field error table? why it did not
---@field bundle floe.bundle
---@field mode string the strictest mode it can have here; its own where there is no product
---@field resolved table? from enforce.settings: layers, variants; nil where it is off or there is no product

-- The policies of bundles, each in its own mode.
local function of_bundles(bundles)
  local loaded <const>, err <const> = require("host.engine").load(bundles)
  if not loaded then
    return nil, { err }
  end
  local plain <const> = require("host.document").plain
  local list <const> = {}
  for i, bundle in ipairs(bundles) do
    for _, policy in ipairs(loaded[i].policies) do
      local definition <const> = policy.definition and plain(policy.definition)
      list[#list + 1] = {
        id = policy.id, definition = definition, error = policy.error, bundle = bundle,
        mode = definition and definition.mode or "?",
      }
    end
  end
  return list
end

-- Where there is no product: floe's own policies, and those of the bundle that the folder is or lies in.
local function without_product(folder)
  local standard <const> = require("bundle").default()
  local bundles <const> = require "command.policy.bundles"
  if not bundles.find_root(folder) then
    return of_bundles { standard }
  end
  local entry <const>, problems <const> = bundles.open(folder)
  if not entry then
    return nil, problems
  end
  -- The folder may be that of floe's own policies, which are not shown twice.
  return of_bundles(entry.bundle.name == standard.name and { entry.bundle } or { entry.bundle, standard })
end

--- The policies of a folder, in the order of their bundles.
---@param folder string
---@param as_of string?
---@return command.policy.effective[]? list nil where they cannot be resolved
---@return table[]? problems
---@return boolean? has_product
function M.list(folder, as_of)
  local has_product <const> = files.is_file(files.join(folder, "floe.yaml"))
    or files.is_file(files.join(folder, "floe.yml")) or files.is_file(folder)
  if not has_product then
    local list <const>, problems <const> = without_product(folder)
    return list, problems, false
  end
  local list <const>, problems <const> = require("phase.validate").resolve({
    folder = folder, as_of = as_of or system.date(), environment = system.env("FLOE_ENV"),
  })
  return list, problems, true
end

return M
