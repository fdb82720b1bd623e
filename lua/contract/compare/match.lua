-- Which element of the new contract is which of the old one: the same id, the same name, the same physical name, and
-- at last one that is strongly alike, which is a guess and said to be one.

local text <const> = require "floe.text"

local M = {}

---@class floe.contract.match
---@field old integer? index in the old list; nil: added
---@field new integer? index in the new list; nil: removed
---@field guess boolean? they are only alike

-- The first element of each key; later ones of the same key match by something else.
local function index_by(list, key_of, taken)
  local out <const> = {}
  for index = 1, #list do
    local key <const> = not taken[index] and key_of(list[index])
    if key and not out[key] then
      out[key] = index
    end
  end
  return out
end

local function id_of(element)
  return type(element.id) == "string" and element.id or nil
end

local function name_of(element)
  return type(element.name) == "string" and element.name or nil
end

local function lower_name(element)
  return type(element.name) == "string" and element.name:lower() or nil
end

local function physical_name(element)
  local name <const> = element.physicalName or element.name
  return type(name) == "string" and name:lower() or nil
end

-- From how much on two names are said to be alike.
local ALIKE <const> = 0.66

-- How alike two names are, from 0 to 1: by letters, or by the words they share: all of
-- one's words in the other are enough.
local function likeness(a, b)
  local lower_a <const>, lower_b <const> = a:lower(), b:lower()
  local letters <const> = 1 - text.distance(lower_a, lower_b) / math.max(#lower_a, #lower_b)
  local words_a <const>, words_b <const> = text.words(a), text.words(b)
  local seen <const>, shared = {}, 0
  for _, word in ipairs(words_a) do
    seen[word] = true
  end
  for _, word in ipairs(words_b) do
    shared = shared + (seen[word] and 1 or 0)
  end
  local all_of_one <const> = shared == math.min(#words_a, #words_b) and math.min(#a, #b) >= 4
  return math.max(letters, shared / math.max(#words_a, #words_b), all_of_one and ALIKE or 0)
end

local function same_type(a, b)
  return a.logicalType == b.logicalType and (a.logicalType ~= nil or a.physicalType == b.physicalType)
end

--- How alike two properties are: 0 where they cannot be one.
---@param old table
---@param new table
---@return number
function M.property_likeness(old, new)
  if not name_of(old) or not name_of(new) or not same_type(old, new) then
    return 0
  elseif type(old.description) == "string" and #old.description > 8 and old.description == new.description then
    return 1
  end
  return likeness(old.name, new.name)
end

--- How alike two tables are: by the columns they share, then by name.
---@param old table
---@param new table
---@return number
function M.object_likeness(old, new)
  if not name_of(old) or not name_of(new) then
    return 0
  end
  local seen <const>, shared, count = {}, 0, 0
  for _, property in ipairs(old.properties or {}) do
    if property.name then
      seen[property.name] = true
      count = count + 1
    end
  end
  for _, property in ipairs(new.properties or {}) do
    shared = shared + (seen[property.name] and 1 or 0)
    count = count + (seen[property.name] and 0 or 1)
  end
  if count > 1 then
    return shared / count
  end
  return likeness(old.name, new.name)
end

-- More pairs than this are not looked at: whoever renames so much gets it told as removed and added.
local MOST_PAIRS <const> = 4096

local function left_over(list, taken)
  local out <const> = {}
  for index = 1, #list do
    if not taken[index] and name_of(list[index]) then
      out[#out + 1] = index
    end
  end
  return out
end

local function alike_pairs(old, new, old_left, new_left, score_of)
  local candidates <const> = {}
  for _, from in ipairs(old_left) do
    for _, to in ipairs(new_left) do
      local score <const> = score_of(old[from], new[to])
      if score >= ALIKE then
        candidates[#candidates + 1] = { from, to, score }
      end
    end
  end
  table.sort(candidates, function(a, b)
    if a[3] ~= b[3] then
      return a[3] > b[3]
    elseif a[1] ~= b[1] then
      return a[1] < b[1]
    end
    return a[2] < b[2]
  end)
  return candidates
end

local function same_order(old, new)
  if #old ~= #new then
    return false
  end
  for index = 1, #old do
    local a <const>, b <const> = old[index], new[index]
    if a.name ~= b.name or a.id ~= b.id or a.name == nil then
      return false
    end
  end
  return true
end

--- Matches two lists of elements.
---@param old table[]
---@param new table[]
---@param score_of fun(old: table, new: table): number
---@return floe.contract.match[] in the order of the new list, what was removed at its end
function M.elements(old, new, score_of)
  local out <const> = {}
  if same_order(old, new) then
    for index = 1, #new do
      out[index] = { old = index, new = index }
    end
    return out
  end
  local from <const>, to <const>, guesses <const> = {}, {}, {}
  local function take(old_index, new_index)
    from[old_index], to[new_index] = new_index, old_index
  end
  for _, key_of in ipairs { id_of, name_of, lower_name, physical_name } do
    local known <const> = index_by(old, key_of, from)
    for index = 1, #new do
      local key <const> = not to[index] and key_of(new[index])
      local old_index <const> = key and known[key]
      if old_index and not from[old_index] then
        take(old_index, index)
      end
    end
  end
  local old_left <const>, new_left <const> = left_over(old, from), left_over(new, to)
  if #old_left * #new_left <= MOST_PAIRS then
    for _, candidate in ipairs(alike_pairs(old, new, old_left, new_left, score_of)) do
      if not from[candidate[1]] and not to[candidate[2]] then
        take(candidate[1], candidate[2])
        guesses[candidate[2]] = true
      end
    end
  end
  for index = 1, #new do
    if to[index] or name_of(new[index]) then
      out[#out + 1] = { old = to[index], new = index, guess = guesses[index] }
    end
  end
  for index = 1, #old do
    if not from[index] and name_of(old[index]) then
      out[#out + 1] = { old = index }
    end
  end
  return out
end

--- Matches two lists by keys, the most telling first; what is left over was added or removed.
---@param old table[]
---@param new table[]
---@param keys (fun(element: table): any)[]
---@return floe.contract.match[]
function M.by_keys(old, new, keys)
  local from <const>, to <const>, out <const> = {}, {}, {}
  for _, key_of in ipairs(keys) do
    local waiting <const> = {}
    for index = #old, 1, -1 do
      local key <const> = not from[index] and key_of(old[index])
      if key then
        waiting[key] = waiting[key] or {}
        table.insert(waiting[key], index)
      end
    end
    for index = 1, #new do
      local key <const> = not to[index] and key_of(new[index])
      local old_index <const> = key and waiting[key] and table.remove(waiting[key])
      if old_index then
        from[old_index], to[index] = index, old_index
      end
    end
  end
  for index = 1, #new do
    if to[index] or next(new[index]) then
      out[#out + 1] = { old = to[index], new = index }
    end
  end
  for index = 1, #old do
    if not from[index] and next(old[index]) then
      out[#out + 1] = { old = index }
    end
  end
  return out
end

return M
