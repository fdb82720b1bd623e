-- Acceptances: a platform tier's word that a version of a contract may carry breaking changes without a new MAJOR.
-- They stand beside the waivers in `governance.accepted_changes` of a platform manifest, so that no product accepts its
-- own changes. One holds for exactly one version: it needs no last day, for that version is made once.

local document <const> = require "host.document"
local text <const> = require "floe.text"

local M = {}

---@class floe.acceptance
---@field contract string glob over contract ids
---@field version string the version that may carry the changes
---@field changes string[]? globs over the elements' paths; absent: all changes of that version
---@field reason string
---@field approved_by string
---@field ticket string?
---@field file string
---@field line integer?
---@field used integer changes it accepted

local function acceptance_of(view)
  local file <const>, line <const> = document.place(view)
  return {
    contract = view.contract,
    version = view.version,
    changes = view.changes and document.plain(view.changes) or nil,
    reason = view.reason,
    approved_by = view.approved_by,
    ticket = view.ticket,
    file = file,
    line = line,
    used = 0,
  }
end

--- The acceptances that the tiers above a product have recorded.
---@param tiers floe.tier[]
---@return floe.acceptance[]
function M.read(tiers)
  local out <const> = {}
  for _, tier in ipairs(tiers) do
    local governance <const> = tier.kind ~= "product" and tier.governance or nil
    for _, view in ipairs(governance and governance.accepted_changes or {}) do
      out[#out + 1] = acceptance_of(view)
    end
  end
  return out
end

--- The acceptance of a change, nil where there is none.
---@param list floe.acceptance[]
---@param id string the contract's id
---@param version string the version that carries the change
---@param change floe.contract.change
---@return floe.acceptance?
function M.find(list, id, version, change)
  for _, one in ipairs(list) do
    if text.glob(one.contract, id) and one.version == version
      and (not one.changes or text.glob_any(one.changes, change.path)) then
      one.used = one.used + 1
      return one
    end
  end
  return nil
end

--- What a platform writes to accept a change, for messages.
---@param id string
---@param version string
---@param change floe.contract.change
---@return string
function M.snippet(id, version, change)
  return ("governance.accepted_changes: [{ contract: %s, version: %s, changes: [\"%s\"], reason: …, approved_by: … }]")
    :format(id, version, change.path)
end

return M
