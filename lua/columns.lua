-- Rows of texts under one another.
local clean <const> = require("terminal").clean

local M = {}

local function width(text)
  return utf8.len(text) or #text
end

--- Prints rows of the same length, each column as wide as its widest text; texts are cleaned.
---@param terminal terminal
---@param rows string[][]
---@param indent string?
function M.print(terminal, rows, indent)
  local widths <const>, cleaned <const> = {}, {}
  for i, row in ipairs(rows) do
    cleaned[i] = {}
    for column, text in ipairs(row) do
      cleaned[i][column] = clean(text)
      widths[column] = math.max(widths[column] or 0, width(cleaned[i][column]))
    end
  end
  for _, row in ipairs(cleaned) do
    for column = 1, #row - 1 do
      row[column] = row[column] .. (" "):rep(widths[column] - width(row[column]))
    end
    terminal:line((indent or "") .. table.concat(row, "  "))
  end
end

return M
