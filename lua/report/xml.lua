-- Writing XML 1.0: escaping, and nothing that the standard's Char production leaves out.
local terminal <const> = require "terminal"

local M = {}

local ENTITIES <const> = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&apos;" }

--- A text inside of an element or an attribute. Lines are kept; other controls become visible escapes.
---@param text any
---@return string
function M.escape(text)
  local escaped <const> = table.concat(terminal.lines(text), "\n"):gsub("[&<>\"']", ENTITIES)
  if not escaped:find("\xEF\xBF", 1, true) then
    return escaped
  end
  -- U+FFFE and U+FFFF are no characters of XML.
  return (escaped:gsub("\xEF\xBF[\xBE\xBF]", "?"))
end

--- `name` with attributes as pairs, in order; a pair without a value is left out. `body` nil closes it at once.
---@param name string
---@param attributes any[][]
---@param body string?
---@return string
function M.element(name, attributes, body)
  local parts <const> = { "<", name }
  for _, pair in ipairs(attributes) do
    if pair[2] ~= nil then
      parts[#parts + 1] = (' %s="%s"'):format(pair[1], M.escape(pair[2]):gsub("\n", "&#10;"))
    end
  end
  parts[#parts + 1] = body and ">" .. body .. "</" .. name .. ">" or "/>"
  return table.concat(parts)
end

return M
