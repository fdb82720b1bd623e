-- Base64 as it may stand in an address (RFC 4648, section 5), without padding.

local M = {}

local LETTERS <const> = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

--- Bytes as text.
---@param bytes string
---@return string
function M.url(bytes)
  local out <const> = {}
  for at = 1, #bytes, 3 do
    local first <const>, second <const>, third <const> = bytes:byte(at, at + 2)
    local bits <const> = first << 16 | (second or 0) << 8 | (third or 0)
    for index = 0, third and 3 or second and 2 or 1 do
      local letter <const> = (bits >> (18 - 6 * index) & 63) + 1
      out[#out + 1] = LETTERS:sub(letter, letter)
    end
  end
  return table.concat(out)
end

return M
