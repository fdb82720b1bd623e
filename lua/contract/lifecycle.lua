-- The end of a contract's life as it says it: announced, sunset, retired, and what comes instead. The simple forms have
-- `deprecation` for it; in the standard it is a custom property of that name.

local document <const> = require "host.document"

local M = {}

---@class floe.contract.lifecycle
---@field status string? in lower case
---@field announced string? YYYY-MM-DD
---@field sunset string?
---@field retired string?
---@field replacement string?
---@field guide string?
---@field reason string?

local function is_object(value)
  return type(value) == "userdata" and document.kind(value) == "object"
end

local function said(root)
  if is_object(root.deprecation) then
    return root.deprecation
  end
  local custom <const> = root.customProperties
  if is_object(custom) then
    return is_object(custom.deprecation) and custom.deprecation or nil
  end
  for _, entry in ipairs(document.kind(custom) == "array" and custom or {}) do
    if is_object(entry) and entry.property == "deprecation" and is_object(entry.value) then
      return entry.value
    end
  end
  return nil
end

local function text_of(value)
  return type(value) == "string" and value ~= "" and value or nil
end

local function date_of(value)
  return type(value) == "string" and value:match("^%d%d%d%d%-%d%d%-%d%d") or nil
end

--- What a contract says of its end.
---@param root any the root of its document
---@return floe.contract.lifecycle
function M.of(root)
  local status <const> = text_of(root.status)
  local out <const> = { status = status and status:lower() }
  local end_of_life <const> = said(root)
  if end_of_life then
    out.announced = date_of(end_of_life.announced)
    out.sunset = date_of(end_of_life.sunset_date) or date_of(end_of_life.sunset)
    out.retired = date_of(end_of_life.retired_date) or date_of(end_of_life.retired)
    out.replacement = text_of(end_of_life.replacement)
    out.guide = text_of(end_of_life.migration_guide)
    out.reason = text_of(end_of_life.reason)
  end
  return out
end

return M
