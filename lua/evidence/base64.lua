-- Base64 (RFC 4648): of texts in headers, and as it may stand in an address.

local M = {}

local PLAIN <const> = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local URL <const> = PLAIN:sub(1, 62) .. "-_"

local function encode(bytes, letters)
  local out <const> = {}
  for at = 1, #bytes, 3 do
    local first <const>, second <const>, third <const> = bytes:byte(at, at + 2)
    local bits <const> = first << 16 | (second or 0) << 8 | (third or 0)
    for index = 0, third and 3 or second and 2 or 1 do
      local letter <const> = (bits >> (18 - 6 * index) & 63) + 1
      out[#out + 1] = letters:sub(letter, letter)
    end
  end
  return table.concat(out)
end

--- Bytes as text (section 4).
---@param bytes string
---@return string
function M.text(bytes)
  local out <const> = encode(bytes, PLAIN)
  return out .. ("="):rep(-#out % 4)
end

--- Bytes as text for an address, without padding (section 5).
---@param bytes string
---@return string
function M.url(bytes)
  return encode(bytes, URL)
end

return M
