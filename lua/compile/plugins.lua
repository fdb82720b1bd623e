-- What a product runs on: the plugins that its tiers choose, and the compute of each transform.

local secrets <const> = require "manifest.secrets"

local M = {}

---@class floe.compute
---@field default string? the compute of transforms that name none
---@field enforced boolean the platform offers this one alone
---@field choices table<string, { config: table? }> what products may name

--- The plugins by category, plain, as the tiers resolve to them.
---@param merged floe.tiers.merged
---@return table<string, table>
function M.resolve(merged)
  local out <const> = {}
  for category, selection in pairs(merged.values.plugins or {}) do
    out[category] = {}
    for key, value in pairs(selection) do
      out[category][key] = value
    end
  end
  local defaults <const> = merged.values.defaults
  if defaults and out.compute then
    out.compute.default = out.compute.default or defaults.compute
  end
  return out
end

--- The computes that a product may run on.
---@param plugins table<string, table>
---@return floe.compute
function M.compute(plugins)
  local selection <const> = plugins.compute
  if not selection then
    return { enforced = false, choices = { duckdb = {} }, default = "duckdb" }
  end
  local choices <const> = {}
  for _, entry in ipairs(selection.approved or {}) do
    choices[entry.name] = { config = entry.config }
  end
  local first <const> = selection.approved and selection.approved[1] and selection.approved[1].name
  local default <const> = selection.type or selection.default or first
  choices[default] = choices[default] or { config = selection.config }
  local count = 0
  for _ in pairs(choices) do
    count = count + 1
  end
  return { default = default, enforced = count == 1, choices = choices }
end

--- A value without the secrets that may be written into a manifest: they must not reach an artifact.
M.without_secrets = secrets.without

return M
