-- Problems: what is wrong with a file, in one form for shapes, tiers, settings and bundles.

local document <const> = require "host.document"

local M = {}

--- A problem at a member of a view (at the view itself where `key` is nil; without a place where `owner` is nil).
---@param owner any
---@param key any
---@param message string
---@param hint string?
---@param suggestions string[]?
---@return floe.problem
function M.at(owner, key, message, hint, suggestions)
  local file, line, column
  if owner ~= nil then
    file, line, column = document.place(owner, key)
  end
  return {
    kind = "rule",
    message = message,
    hint = hint,
    file = file,
    line = line,
    column = column,
    severity = "error",
    suggestions = suggestions or {},
  }
end

--- A problem with a file as a whole.
---@param file string?
---@param message string
---@param hint string?
---@return floe.problem
function M.with(file, message, hint)
  return { kind = "rule", message = message, hint = hint, file = file, severity = "error", suggestions = {} }
end

--- A problem from the error of a primitive.
---@param err table
---@return floe.problem
function M.from(err)
  return {
    kind = "rule",
    message = err.message,
    hint = err.hint,
    file = err.file,
    line = err.line,
    column = err.column,
    severity = "error",
    outside = err.code == "outside",
    suggestions = {},
  }
end

--- A member's place in a sentence: "platform/manifest.yaml:12".
---@param owner any
---@param key any
---@return string
function M.place(owner, key)
  local file <const>, line <const> = document.place(owner, key)
  return line and ("%s:%d"):format(file, line) or file or "?"
end

return M
