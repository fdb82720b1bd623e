-- What the commands of `floe evidence` share: the product's folder and its destinations.
local destinations <const> = require "evidence.destinations"
local spools <const> = require "evidence.spool"

local M = {}

--- The argument that names a product.
M.folder = {
  name = "folder", label = "DIR", complete = "directory", help = "a product's folder (default: this folder)",
}

--- The folder that is meant; where there is none, that is told.
---@param options { folder: string? }
---@param terminal terminal
---@return string? root
function M.root(options, terminal)
  local root <const> = options.folder or "."
  if not require("host.files").is_dir(root) then
    terminal:fail({ message = ("there is no folder '%s'"):format(root), hint = "name the folder of a product" })
    return nil
  end
  return root
end

--- The destinations over the network that a product's settings and the environment name. What says nothing useful is
--- printed.
---@param root string
---@param terminal terminal
---@return floe.destination[]
function M.destinations(root, terminal)
  local all <const>, problems <const> = destinations.of(nil, spools.settings(root))
  terminal:fail_all(problems)
  local out <const> = {}
  for _, destination in ipairs(all) do
    out[#out + 1] = destination.kind == "http" and destination or nil
  end
  return out
end

--- When something was, as a reader says it; "just now" also where a clock was set back.
---@param moment integer in milliseconds
---@return string "12 s ago"
function M.ago(moment)
  local seconds <const> = (require("host.system").nanoseconds() // 1000000 - moment) // 1000
  if seconds < 1 then
    return "just now"
  elseif seconds < 60 then
    return ("%d s ago"):format(seconds)
  elseif seconds < 3600 then
    return ("%d min ago"):format(seconds // 60)
  elseif seconds < 2 * 86400 then
    return ("%d h ago"):format(seconds // 3600)
  end
  return ("%d days ago"):format(seconds // 86400)
end

--- A moment in UTC; null where there is none.
---@param moment integer? in milliseconds
---@return any
function M.moment(moment)
  return moment and require("host.system").timestamp(moment // 1000) or require("host.json").null
end

return M
