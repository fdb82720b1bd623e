-- Whether a changed regular expression lets through less or more than before. That cannot be told of any two: here it
-- is told of those that contracts have, anchored rows of characters and sets with counts, and lists of words.

local M = {}

local function set_of(from, to)
  local out <const> = {}
  for byte = from, to do
    out[byte] = true
  end
  return out
end

local function join(...)
  local out <const> = {}
  for _, one in ipairs { ... } do
    for byte in pairs(one) do
      out[byte] = true
    end
  end
  return out
end

local DIGITS <const> = set_of(48, 57)
local WORD <const> = join(DIGITS, set_of(65, 90), set_of(97, 122), { [95] = true })
local BLANK <const> = join(set_of(9, 13), { [32] = true })
local ANY <const> = join(set_of(0, 9), set_of(11, 255))
local CLASSES <const> = { d = DIGITS, w = WORD, s = BLANK }

local function invert(one)
  local out <const> = {}
  for byte = 0, 255 do
    out[byte] = not one[byte] or nil
  end
  return out
end

-- The set that an escape means; nil where it is none of the simple ones.
local function escape(letter)
  if CLASSES[letter] then
    return CLASSES[letter]
  elseif letter:find("%w") then
    return nil
  end
  return { [letter:byte()] = true }
end

-- The set in brackets that begins at `at`, and where it ends; nil where it is not simple.
local function brackets(pattern, at)
  local negated <const> = pattern:sub(at + 1, at + 1) == "^"
  local out = {}
  local index = at + (negated and 2 or 1)
  while index <= #pattern do
    local letter = pattern:sub(index, index)
    if letter == "]" then
      return negated and invert(out) or out, index + 1
    elseif letter == "[" then
      return nil
    elseif letter == "\\" then
      local escaped <const> = escape(pattern:sub(index + 1, index + 1))
      if not escaped then
        return nil
      end
      out, index = join(out, escaped), index + 2
    else
      local last = letter
      if pattern:sub(index + 1, index + 1) == "-" and pattern:find("^[^%]\\]", index + 2) then
        last = pattern:sub(index + 2, index + 2)
        index = index + 2
      end
      out, index = join(out, set_of(letter:byte(), last:byte())), index + 1
    end
  end
  return nil
end

local QUANTIFIERS <const> = { ["?"] = { 0, 1 }, ["*"] = { 0, math.huge }, ["+"] = { 1, math.huge } }

local function quantifier(pattern, at)
  local simple <const> = QUANTIFIERS[pattern:sub(at, at)]
  if simple then
    return simple[1], simple[2], at + 1
  end
  local low <const>, comma <const>, high <const>, stop <const> = pattern:match("^{(%d+)(,?)(%d*)}()", at)
  if not low then
    return 1, 1, at
  end
  local least <const> = tonumber(low)
  return least, comma == "" and least or tonumber(high) or math.huge, stop
end

-- A row of { set, least, most }; nil for what is not simple.
local function row_of(pattern)
  local out <const>, at = {}, 1
  while at <= #pattern do
    local letter <const> = pattern:sub(at, at)
    local set, after
    if letter == "[" then
      set, after = brackets(pattern, at)
    elseif letter == "\\" then
      set, after = escape(pattern:sub(at + 1, at + 1)), at + 2
    elseif letter == "." then
      set, after = ANY, at + 1
    elseif not letter:find("[%(%)|%^%$%?%*%+{}\128-\255]") then
      set, after = { [letter:byte()] = true }, at + 1
    end
    if not set then
      return nil
    end
    local least <const>, most <const>, stop <const> = quantifier(pattern, after)
    if pattern:find("^[?+*{]", stop) and stop > after then
      return nil -- lazy or possessive
    end
    out[#out + 1] = { set, least, most }
    at = stop
  end
  return out
end

-- The words of `^(a|b)$`, as a set; nil where it is no such list.
local function words_of(pattern)
  local inner <const> = pattern:match("^%((.*)%)$")
  local list <const> = inner and inner:gsub("^%?:", "")
  if not list or not list:find("|", 1, true) or list:find("[^%w_|:@ -]") then
    return nil
  end
  local out <const> = {}
  for word in (list .. "|"):gmatch("([^|]*)|") do
    out[word] = true
  end
  return out
end

local function subset(small, large)
  for key in pairs(small) do
    if not large[key] then
      return false
    end
  end
  return true
end

-- Whether all that the narrow row lets through, the wide one does too.
local function row_holds(wide, narrow)
  for index, part in ipairs(narrow) do
    local other <const> = wide[index]
    if not subset(part[1], other[1]) or part[2] < other[2] or part[3] > other[3] then
      return false
    end
  end
  return true
end

local function relation_of(old, new, holds)
  local up <const>, down <const> = holds(new, old), holds(old, new)
  return up and (down and "same" or "loosened") or down and "tightened" or "changed"
end

--- How the new pattern relates to the old one; "changed" where that cannot be told.
---@param old string
---@param new string
---@return "same"|"tightened"|"loosened"|"changed"
function M.relation(old, new)
  local before <const>, after <const> = old:match("^%^(.*)%$$"), new:match("^%^(.*)%$$")
  if not before or not after then
    return "changed"
  end
  local words <const>, new_words <const> = words_of(before), words_of(after)
  if words and new_words then
    return relation_of(words, new_words, function(wide, narrow)
      return subset(narrow, wide)
    end)
  end
  local row <const>, new_row <const> = row_of(before), row_of(after)
  if not row or not new_row or #row ~= #new_row then
    return "changed"
  end
  return relation_of(row, new_row, row_holds)
end

return M
