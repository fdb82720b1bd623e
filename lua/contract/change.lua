-- What changed between two versions of a contract, and which bump of its version that needs. Kinds and bumps stand in
-- contract/kinds; this module walks the two normal forms.

local element <const> = require "contract.compare.element"
local hash <const> = require "contract.hash"
local kinds <const> = require "contract.kinds"
local pairs_of <const> = require "contract.compare.pair"
local promises <const> = require "contract.compare.promises"
local set <const> = require "floe.set"

local M = {}

---@class floe.contract.comparison
---@field changes floe.contract.change[] in the order of the new contract
---@field bump "none"|"patch"|"minor"|"major" the strongest of them

-- Members of the root that are compared by themselves, or that are no change: when it was written, and how.
local KNOWN <const> = set.of {
  "version", "apiVersion", "kind", "contractCreatedTs", "schema", "slaProperties", "servers", "quality", "id",
  "status", "team", "description", "tags",
}

local function owner_of(root)
  local team <const> = type(root.team) == "table" and root.team or {}
  if team.name ~= nil then
    return tostring(team.name)
  end
  for _, member in ipairs(team.members or {}) do
    if tostring(member.role):lower() == "owner" then
      return tostring(member.username or member.name)
    end
  end
  return nil
end

local function compare_owner(root)
  local old <const>, new <const> = root.old, root.new
  if hash.same("team", old.team, new.team) then
    return
  end
  local before <const>, after <const> = owner_of(old), owner_of(new)
  if before ~= after then
    root:report("owner_changed", { field = "team", old = before, new = after })
  else
    root:report("details_changed", { name = "the contract", what = "the team", field = "team" })
  end
end

local function compare_head(root)
  local old <const>, new <const> = root.old, root.new
  if old.id ~= new.id then
    root:report("id_changed", { field = "id", old = old.id, new = new.id })
  end
  if old.status ~= new.status then
    root:report("status_changed", { field = "status", old = old.status, new = new.status })
  end
  compare_owner(root)
  if not hash.same("description", old.description, new.description) then
    root:report("description_changed", { field = "description" })
  end
  if not hash.same("tags", old.tags, new.tags) then
    root:report("tags_changed", { field = "tags", old = old.tags, new = new.tags })
  end
  for _, member in ipairs(promises.differing(old, new, KNOWN)) do
    root:report("details_changed", { what = member, field = member, old = old[member], new = new[member] })
  end
end

--- Compares two versions of a contract.
---@param old floe.contract.normal
---@param new floe.contract.normal
---@return floe.contract.comparison
function M.compare(old, new)
  local root <const> = pairs_of.root(old, new)
  compare_head(root)
  element.schema(root)
  promises.quality(root)
  promises.levels(root)
  promises.servers(root)
  local bump = "none"
  for _, change in ipairs(root.changes) do
    bump = kinds.stronger(bump, change.bump)
  end
  return { changes = root.changes, bump = bump }
end

--- Changes by their bumps, the strongest first; within a bump as they were.
---@param changes floe.contract.change[]
---@return table<"major"|"minor"|"patch", floe.contract.change[]>
function M.by_bump(changes)
  local out <const> = { major = {}, minor = {}, patch = {} }
  for _, change in ipairs(changes) do
    table.insert(out[change.bump], change)
  end
  return out
end

return M
