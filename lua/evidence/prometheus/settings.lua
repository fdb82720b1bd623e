-- Where metrics go: what variables of the environment say, and what the platform says where they say nothing.

local files <const> = require "host.files"

local M = {}

local JOB <const> = "floe"

---@class floe.metrics.settings
---@field textfile string? a file, or a folder in which each product has one
---@field pushgateway string? its address; may hold a password
---@field job string the name under which it keeps what is pushed
---@field environment string? what is pushed is kept apart by it

-- A variable; an empty one says nothing.
local function said(env, name)
  local value <const> = env(name)
  return value ~= "" and value or nil
end

local function address(text, from)
  if text and not text:find("^https?://[^/%s]+") then
    return nil, {
      message = from .. " is no address of a pushgateway", hint = "write it as https://pushgateway.example.com:9091",
    }
  end
  return text and text:gsub("/+$", "") or nil
end

--- What is asked for.
---@param env fun(name: string): string?
---@param observability table of the artifact or the platform
---@param root string? the product's folder, from which paths of the platform lead
---@return floe.metrics.settings
---@return { message: string, hint: string? }? problem
function M.of(env, observability, root)
  local platform <const> = observability.metrics or {}
  local on <const> = platform.enabled ~= false and platform or {}
  local named <const> = said(env, "FLOE_PUSHGATEWAY_URL")
  local pushgateway <const>, problem <const> = address(named or on.pushgateway,
    named and "FLOE_PUSHGATEWAY_URL" or "observability.metrics.pushgateway")
  return {
    textfile = said(env, "FLOE_METRICS_FILE") or on.textfile and files.join(root or "", on.textfile),
    pushgateway = pushgateway, job = said(env, "FLOE_PUSHGATEWAY_JOB") or on.job or JOB,
    environment = said(env, "FLOE_ENV"),
  }, problem
end

return M
