-- Where the resolved values of manifests come from, as data: for a field, or for all below it, the value, the rule by
-- which tiers merge it, and each tier's word. What is printed of it: command/explain.lua.

local document <const> = require "host.document"
local rules <const> = require "manifest.tiers.rules"
local secrets <const> = require "manifest.secrets"
local text <const> = require "floe.text"

local M = {}

---@class floe.explained.word
---@field tier string
---@field value any
---@field effect string
---@field decides boolean
---@field file string?
---@field line integer?
---@field column integer?

---@class floe.explained
---@field field string
---@field value any plain, without secrets; nil where no tier says it
---@field rule { kind: string, words: string }
---@field doc string? what the field means
---@field default any
---@field chain floe.explained.word[] the highest tier first

local function join(parts, first, last)
  return table.concat(parts, ".", first or 1, last or #parts)
end

--- How a field merges, in words.
---@param rule floe.tiers.rule
---@return { kind: string, words: string }
function M.rule_words(rule)
  local order <const> = rules.order_words(rule)
  local words <const> = rules.words[rule.kind]
  return { kind = rule.kind, words = order and ("%s (%s)"):format(words, order) or words }
end

-- The value at keys below a value, and those keys; a key may hold dots, so the longest that fits is taken.
local function inside(value, parts, first)
  if first > #parts then
    return value, {}
  elseif type(value) ~= "table" then
    return nil
  end
  for last = #parts, first, -1 do
    local written <const> = join(parts, first, last)
    local key <const> = value[written] == nil and math.tointeger(tonumber(written)) or written
    if value[key] ~= nil then
      local found <const>, keys <const> = inside(value[key], parts, last + 1)
      if keys then
        table.insert(keys, 1, key)
        return found, keys
      end
    end
  end
end

-- The view and key of a place below a word's own.
local function place_below(word, keys)
  local owner, key = word.owner, word.key
  for _, inner in ipairs(keys) do
    local view <const> = owner[key]
    if type(view) ~= "userdata" then
      break
    end
    owner, key = view, inner
  end
  return document.place(owner, key)
end

local function word_of(word, field, keys)
  local value = word.value
  for _, key in ipairs(keys) do
    value = type(value) == "table" and value[key] or nil
  end
  local file <const>, line <const>, column <const> = place_below(word, keys)
  return {
    tier = word.tier.title, value = value, effect = word.effect, decides = word == field.winner,
    file = file, line = line, column = column,
  }
end

-- A list that every tier adds to is decided by all of them.
local function explained(field, path, value, keys)
  local chain <const> = {}
  for _, word in ipairs(field.words) do
    local said <const> = word_of(word, field, keys)
    if #keys == 0 or said.value ~= nil then
      said.decides = said.decides or field.rule.kind == "extend" and said.effect ~= "keeps"
      said.value = secrets.without(said.value, keys[#keys] or field.parts[#field.parts])
      chain[#chain + 1] = said
    end
  end
  return {
    field = path, value = secrets.without(value, keys[#keys] or field.parts[#field.parts]),
    rule = M.rule_words(field.rule), chain = chain,
  }
end

-- The longest field of which a path is a part, with the keys that lead below it.
local function containing(merged, parts)
  for last = #parts - 1, 1, -1 do
    local field <const> = merged.fields[join(parts, 1, last)]
    if field then
      local value <const>, keys <const> = inside(field.value, parts, last + 1)
      if keys then
        return field, value, keys
      end
      return nil
    end
  end
end

-- ---- shapes -----------------------------------------------------------------------------------------------

-- The shape of the field at keys; nil where the shapes know none of that name.
local function shape_at(shape, parts, index)
  if index > #parts then
    return shape
  end
  for _, choice in ipairs(shape.either or {}) do
    local found <const> = shape_at(choice, parts, index)
    if found then
      return found
    end
  end
  for _, field in ipairs(shape.fields or {}) do
    if field[1] == parts[index] then
      return shape_at(field, parts, index + 1)
    end
  end
  local members <const> = shape.type == "map" and shape.values or shape.additional
  return type(members) == "table" and shape_at(members, parts, index + 1) or nil
end

local function shape_of(parts)
  return shape_at(require "manifest.platform", parts, 1) or shape_at(require "manifest.product", parts, 1)
end

local function describe(entry, parts)
  local shape <const> = shape_of(parts)
  if shape then
    entry.doc, entry.default = shape.doc, shape.default
  end
  return entry
end

local function names_below(shape, path, out, depth)
  for _, field in ipairs(shape.fields or {}) do
    local inner <const> = path == "" and field[1] or path .. "." .. field[1]
    out[#out + 1] = inner
    if depth > 0 then
      names_below(field, inner, out, depth - 1)
    end
  end
end

-- ---- questions --------------------------------------------------------------------------------------------

-- The day of a policy's mode holds where the tier that decided the mode said it.
local function is_outvoted(merged, path, field)
  local policy <const> = path:match("^(governance%.policies%..+)%.from$")
  local mode <const> = policy and merged.fields[policy .. ".mode"]
  return mode and mode.winner.tier ~= field.winner.tier
end

-- A scope stands in the key of what holds for it, and needs no line of its own.
local function is_scope(field)
  local parts <const> = field.parts
  return parts[#parts] == "where" and rules.is_scope(parts[#parts - 1])
end

local function is_shown(merged, path, field, prefix)
  if prefix and path:sub(1, #prefix + 1) ~= prefix .. "." or not prefix and field.rule.kind == "own" then
    return false
  end
  return not is_outvoted(merged, path, field) and not is_scope(field)
end

--- Every resolved field that tiers share, sorted by its path; what a file only says of itself is left out.
---@param merged floe.tiers.merged
---@param prefix string? only what stands below it
---@return floe.explained[]
function M.all(merged, prefix)
  local out <const> = {}
  for path, field in pairs(merged.fields) do
    if is_shown(merged, path, field, prefix) then
      out[#out + 1] = explained(field, path, field.value, {})
    end
  end
  table.sort(out, function(a, b)
    return a.field < b.field
  end)
  return out
end

local function canonical(path)
  local parts <const> = rules.split(path)
  local rule <const> = rules.of(parts)
  if rule and rule.as and #parts >= #rule.parts then
    return join(rules.spelt(rule, parts))
  end
  return path
end

local MOST_DEPTH <const> = 5

--- Explains a field by its path, such as `governance.quality_gates.minimum_test_coverage`.
---@param merged floe.tiers.merged
---@param asked string
---@return floe.explained[]? list one, or those that stand below it
---@return string? near where there is no such field: the one that may be meant, or an empty text
function M.field(merged, asked)
  local path <const> = canonical(asked)
  local parts <const> = rules.split(path)
  local field <const> = merged.fields[path]
  if field then
    return { describe(explained(field, path, field.value, {}), parts) }
  end
  local below <const> = M.all(merged, path)
  if #below > 0 then
    return below
  end
  local owner <const>, value <const>, keys <const> = containing(merged, parts)
  if owner then
    return { describe(explained(owner, path, value, keys), parts) }
  end
  local rule <const> = rules.of(parts)
  if rule and rule.list_as and merged.fields[rule.list_as] then
    return M.field(merged, rule.list_as)
  elseif rule and shape_of(parts) then
    return { describe({ field = path, rule = M.rule_words(rule), chain = {} }, parts) }
  end
  local names <const> = {}
  for known in pairs(merged.fields) do
    names[#names + 1] = known
  end
  names_below(require "manifest.platform", "", names, MOST_DEPTH)
  names_below(require "manifest.product", "", names, MOST_DEPTH)
  table.sort(names)
  return nil, text.suggest(path, names) or ""
end

return M
