-- The command line as evidence shows it: without what may be secret.
local redact <const> = require "evidence.redact"
local system <const> = require "host.system"

local M = {}

-- Options whose values may be secrets.
local HIDDEN <const> = { ["--vars"] = true }

--- Arguments without secrets.
---@param arguments string[]? those of this process where it is nil
---@return string[]
function M.shown(arguments)
  local out <const>, hide = {}, false
  for _, argument in ipairs(arguments or system.args) do
    local name <const> = argument:match("^(%-%-[%w-]+)=")
    if hide then
      argument = "…"
    elseif HIDDEN[name] then
      argument = name .. "=…"
    end
    hide = not hide and HIDDEN[argument] or false
    out[#out + 1] = redact.text(argument)
  end
  return out
end

return M
