-- Names of time zones: what is wrong with one, and which was meant.

local text <const> = require "floe.text"
local zone <const> = require "host.zone"

local M = {}

-- Those of the database are too many to look through, so what is near is looked for among the common ones.
local COMMON <const> = { "UTC", "Europe/Berlin", "Europe/London", "Europe/Paris", "Europe/Madrid", "Europe/Rome",
  "Europe/Amsterdam", "Europe/Zurich", "Europe/Vienna", "Europe/Stockholm", "America/New_York", "America/Chicago",
  "America/Denver", "America/Los_Angeles", "America/Toronto", "America/Sao_Paulo", "Asia/Tokyo", "Asia/Singapore",
  "Asia/Kolkata", "Asia/Shanghai", "Asia/Dubai", "Australia/Sydney", "Africa/Johannesburg", "Pacific/Auckland" }

---@class floe.mistake
---@field message string
---@field hint string?
---@field suggestions string[]?

--- What is wrong with the name of a time zone; nil where there is such a zone.
---@param name string
---@return floe.mistake?
function M.mistake(name)
  if zone.known(name) then
    return nil
  end
  local near <const> = text.suggest(name, COMMON)
  local hint = near and ("did you mean '%s'?"):format(near) or "write an IANA name such as 'Europe/Berlin', or UTC"
  if not zone.available() then
    hint = "this machine has no database of time zones (Debian: apt-get install tzdata); UTC needs none"
  end
  return { message = ("there is no time zone '%s'"):format(name), hint = hint, suggestions = { near } }
end

return M
