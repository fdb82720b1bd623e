-- Percent-encoding (RFC 3986, section 2.1), as addresses and variables have it.

local M = {}

--- A text with what is not allowed in it encoded.
---@param text string
---@param others string the pattern of a character that is not allowed: "[^%w._~-]"
---@return string
function M.encode(text, others)
  return (text:gsub(others, function(character)
    return ("%%%02X"):format(character:byte())
  end))
end

--- What an encoded text means.
---@param text string
---@return string
function M.decode(text)
  return (text:gsub("%%(%x%x)", function(digits)
    return string.char(tonumber(digits, 16))
  end))
end

return M
