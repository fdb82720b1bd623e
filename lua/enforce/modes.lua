-- The one scale of enforcement: off < warn < alert_only < block. `strict` is another word for `block`.

local M = {}

local RANK <const> = { off = 0, warn = 1, alert_only = 2, block = 3 }

--- What a finding of each mode becomes.
M.verdicts = { warn = "warn", alert_only = "alert", block = "block" }

--- The mode that a word of a file or of the command line means.
---@param word string
---@return "off"|"warn"|"alert_only"|"block"|nil
function M.read(word)
  if word == "strict" then
    return "block"
  end
  return RANK[word] and word or nil
end

--- -1, 0 or 1 as `a` is weaker than, equal to or stricter than `b`.
---@param a string
---@param b string
---@return integer
function M.compare(a, b)
  local left <const>, right <const> = RANK[a], RANK[b]
  return left < right and -1 or left > right and 1 or 0
end

--- The stricter of two modes; either may be nil.
---@param a string?
---@param b string?
---@return string?
function M.stricter(a, b)
  if not a or not b then
    return a or b
  end
  return RANK[a] >= RANK[b] and a or b
end

--- The mode of an entry on a day: what blocks from a later day on is `alert_only` until then.
---@param mode string
---@param from string? YYYY-MM-DD
---@param as_of string YYYY-MM-DD
---@return string
function M.on(mode, from, as_of)
  if from and mode == "block" and as_of < from then
    return "alert_only"
  end
  return mode
end

return M
