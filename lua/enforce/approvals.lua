-- Approvals: a platform tier's word that a product may run in an environment, until a day. They stand beside the
-- waivers, so that no product approves itself; the policy `run.approval` says where one is needed.

local document <const> = require "host.document"
local text <const> = require "floe.text"

local M = {}

local function covers(view, product, environment)
  local wanted <const> = view.environment
  local environments <const> = type(wanted) == "string" and { wanted } or document.plain(wanted)
  return text.glob(view.product or "*", product) and text.glob_any(environments, environment)
end

--- The approvals that the tiers above a product have recorded for it in an environment, those that have ended too.
---@param tiers floe.tier[]
---@param product string the product's id
---@param environment string
---@return table[] approvals each { at, approved_by, ticket, reason, version, from, expires }
function M.of(tiers, product, environment)
  local out <const> = {}
  for _, tier in ipairs(tiers) do
    local governance <const> = tier.kind ~= "product" and tier.governance or nil
    for _, view in ipairs(governance and governance.approvals or {}) do
      if covers(view, product, environment) then
        out[#out + 1] = {
          at = view, approved_by = view.approved_by, ticket = view.ticket, reason = view.reason,
          version = view.version, from = view.from, expires = view.expires,
        }
      end
    end
  end
  return out
end

return M
