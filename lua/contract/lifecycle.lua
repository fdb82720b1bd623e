-- The end of a contract's life as it says it: announced, sunset, retired, and what comes instead. The simple forms have
-- `deprecation` for it; in the standard it is a custom property of that name.

local contracts <const> = require "floe.contract"
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
---@field at any? view of where it is said
---@field keys table<string, string>? as what the days are written there
---@field wrong { key: string, value: string }[]? days that are none

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

-- The days of an end: what they are called in facts, and as what they are written.
local DAYS <const> = {
  { "announced", { "announced" } },
  { "sunset", { "sunset_date", "sunset" } },
  { "retired", { "retired_date", "retired" } },
}

-- A day that the calendar has; a time of that day may follow.
local function date_of(value)
  local date <const> = type(value) == "string" and value:match("^%d%d%d%d%-%d%d%-%d%d")
  return date and contracts.date(contracts.day(date)) == date and date or nil
end

-- Reads one day of an end, and notes what is there and is none.
local function read_day(out, said_there, name, keys)
  for _, key in ipairs(keys) do
    local value <const> = said_there[key]
    if value ~= nil then
      out[name] = date_of(value)
      out.keys[name] = key
      out.wrong[#out.wrong + 1] = not out[name] and { key = key, value = tostring(value) } or nil
      return
    end
  end
end

--- What a contract says of its end.
---@param root any the root of its document
---@return floe.contract.lifecycle
function M.of(root)
  local status <const> = text_of(root.status)
  local out <const> = { status = status and status:lower() }
  local end_of_life <const> = said(root)
  if end_of_life then
    out.at, out.keys, out.wrong = end_of_life, {}, document.list {}
    for _, row in ipairs(DAYS) do
      read_day(out, end_of_life, row[1], row[2])
    end
    out.replacement = text_of(end_of_life.replacement)
    out.guide = text_of(end_of_life.migration_guide)
    out.reason = text_of(end_of_life.reason)
  end
  return out
end

return M
