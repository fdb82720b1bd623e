-- The teams of the organisation, as the staff directory names them. A library of our own that policies
-- `require` like the built-in ones.

local text <const> = require "floe.text"

local M = {}

--- Every team that may own data.
M.ALL = { "customer-data", "finance-data", "logistics-data", "sales-reports" }

--- Whether a team of that name exists.
---@param name string
---@return boolean
function M.exists(name)
  for _, team in ipairs(M.ALL) do
    if team == name then
      return true
    end
  end
  return false
end

--- The team that was probably meant by a name, nil where none is near.
---@param name string
---@return string?
function M.nearest(name)
  return text.suggest(name, M.ALL)
end

return M
