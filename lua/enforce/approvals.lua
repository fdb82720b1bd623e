-- Approvals: a platform tier's word that a product may run in an environment, until a day. They stand beside the
-- waivers, so that no product approves itself; the policy `run.approval` says where one is needed.

local document <const> = require "host.document"
local text <const> = require "floe.text"

local M = {}

local function environments_of(view)
  local wanted <const> = view.environment
  return type(wanted) == "string" and { wanted } or document.plain(wanted)
end

local function is_for(view, product)
  return text.glob(view.product or "*", product)
end

-- All approvals that the tiers above a product have recorded.
local function recorded(tiers)
  local out <const> = {}
  for _, tier in ipairs(tiers) do
    local governance <const> = tier.kind ~= "product" and tier.governance or nil
    for _, view in ipairs(governance and governance.approvals or {}) do
      out[#out + 1] = view
    end
  end
  return out
end

--- The approvals that the tiers above a product have recorded for it in an environment, those that have ended too.
---@param tiers floe.tier[]
---@param product string the product's id
---@param environment string
---@return table[] approvals each { at, approved_by, ticket, reason, version, from, expires }
function M.of(tiers, product, environment)
  local out <const> = {}
  for _, view in ipairs(recorded(tiers)) do
    if is_for(view, product) and text.glob_any(environments_of(view), environment) then
      out[#out + 1] = {
        at = view, approved_by = view.approved_by, ticket = view.ticket, reason = view.reason,
        version = view.version, from = view.from, expires = view.expires,
      }
    end
  end
  return out
end

local function state_of(view, version, as_of)
  if as_of > view.expires then
    return "expired"
  elseif view.version and view.version ~= version then
    return "other version"
  end
  return view.from and as_of < view.from and "to come" or "active"
end

---@class floe.approval.listed
---@field product string a glob
---@field environments string[] globs
---@field state "active"|"expired"|"other version"|"to come" for this product, on this day
---@field version string?
---@field from string?
---@field expires string
---@field reason string
---@field approved_by string
---@field ticket string?
---@field file string
---@field line integer

--- The approvals that were recorded for a product, in whatever environment, with what they are worth on a day.
---@param tiers floe.tier[]
---@param product string the product's id
---@param version string? the product's
---@param as_of string YYYY-MM-DD
---@return floe.approval.listed[]
function M.list(tiers, product, version, as_of)
  local out <const> = {}
  for _, view in ipairs(recorded(tiers)) do
    if is_for(view, product) then
      local file <const>, line <const> = document.place(view)
      out[#out + 1] = {
        product = view.product or "*", environments = environments_of(view), version = view.version, from = view.from,
        state = state_of(view, version, as_of), expires = view.expires, reason = view.reason,
        approved_by = view.approved_by, ticket = view.ticket, file = file, line = line,
      }
    end
  end
  return out
end

return M
