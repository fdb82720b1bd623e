-- Writes YAML for people: block style, plain scalars where every reader takes them for the same text (YAML 1.2 and the
-- YAML 1.1 of dbt), keys in an order that the caller knows. What is written reads back as it was.

local json <const> = require "host.json"

local M = {}

-- Plain words that some reader takes for something else than a text.
local WORDS <const> = {}
for word in ("true false yes no on off null y n nan inf"):gmatch("%a+") do
  WORDS[word] = true
end

local function is_plain(text)
  if text:find("^%d+%.%d+%.%d+$") then
    return true
  end
  return text:find("^[%a_][%w%p ]*$") ~= nil and not text:find(": ", 1, true) and not text:find(" #", 1, true)
    and not text:find("[: ]$") and not WORDS[text:lower()]
end

-- Characters that end a line for readers of YAML 1.1, or that they drop.
local BREAKS <const> = {
  ["\u{85}"] = "\\u0085", ["\u{2028}"] = "\\u2028", ["\u{2029}"] = "\\u2029", ["\u{feff}"] = "\\ufeff",
}

local function has_break(text)
  for character in pairs(BREAKS) do
    if text:find(character, 1, true) then
      return true
    end
  end
  return false
end

--- A text as a block of lines ("|" or "|-", and the lines); nil where a block would not hold it, or not visibly:
--- control characters, blanks at the ends of lines.
---@param text string
---@param indent string of its lines
---@return string?
function M.block(text, indent)
  local hidden <const> = text:find("[%z\1-\9\11-\31\127]") or text:find(" \n") or text:find("\n\n$")
  if hidden or text:find("^[ \n]") or has_break(text) then
    return nil
  end
  local body <const>, ended <const> = text:gsub("\n$", "")
  if body == "" or body:find(" $") then
    return nil
  end
  return (ended == 1 and "|" or "|-") .. "\n" .. indent .. body:gsub("\n([^\n])", "\n" .. indent .. "%1")
end

-- A text between double quotes: JSON's escapes are YAML's, too.
local function quoted(text)
  return (json.encode(text):gsub("[\194\226\239][\128-\191]+", function(characters)
    return characters:gsub(utf8.charpattern, BREAKS)
  end))
end

--- A scalar as it stands in a YAML file.
---@param value any
---@param indent string? where a block of lines would stand; absent: one line
---@return string
function M.scalar(value, indent)
  if type(value) ~= "string" then
    return json.encode(value)
  elseif is_plain(value) then
    return value
  end
  return indent and value:find("\n", 1, true) and M.block(value, indent) or quoted(value)
end

local function is_list(value)
  return #value > 0 or next(value) == nil and getmetatable(value) == false
end

local function flow_list(list)
  local parts <const>, size = {}, 0
  for index, item in ipairs(list) do
    if type(item) == "table" then
      return nil
    end
    local plain <const> = type(item) == "string" and not item:find("[,:%[%]{}]")
    parts[index] = plain and M.scalar(item) or type(item) == "string" and quoted(item)
      or json.encode(item)
    size = size + #parts[index] + 2
  end
  return size <= 80 and "[" .. table.concat(parts, ", ") .. "]" or nil
end

local function ranks_of(order)
  local ranks <const> = {}
  for index, key in ipairs(order or {}) do
    ranks[key] = ranks[key] or index
  end
  return ranks
end

local function keys_of(map, ranks)
  local keys <const> = {}
  for key in pairs(map) do
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b)
    local first <const>, second <const> = ranks[a] or math.huge, ranks[b] or math.huge
    if first ~= second then
      return first < second
    end
    return tostring(a) < tostring(b)
  end)
  return keys
end

--- The keys of an object in the order in which `write` writes them.
---@param map table
---@param order string[]?
---@return string[]
function M.keys(map, order)
  return keys_of(map, ranks_of(order))
end

local write

-- The lines of a value behind `label` ("key:" or "-"), which stands at `indent`.
local function write_member(lines, label, value, indent, ranks)
  if type(value) ~= "table" then
    lines[#lines + 1] = ("%s%s %s"):format(indent, label, M.scalar(value, indent .. "  "))
  elseif next(value) == nil then
    lines[#lines + 1] = ("%s%s %s"):format(indent, label, is_list(value) and "[]" or "{}")
  else
    local flow <const> = is_list(value) and flow_list(value)
    if flow then
      lines[#lines + 1] = ("%s%s %s"):format(indent, label, flow)
      return
    end
    if label == "-" then
      local first <const> = #lines + 1
      write(lines, value, indent .. "  ", ranks)
      lines[first] = indent .. "- " .. lines[first]:sub(#indent + 3)
    else
      lines[#lines + 1] = indent .. label
      write(lines, value, indent .. "  ", ranks)
    end
  end
end

function write(lines, value, indent, ranks)
  if is_list(value) then
    for _, item in ipairs(value) do
      write_member(lines, "-", item, indent, ranks)
    end
    return
  end
  for _, key in ipairs(keys_of(value, ranks)) do
    write_member(lines, M.scalar(key) .. ":", value[key], indent, ranks)
  end
end

--- A tree of plain tables as YAML.
---@param value table an object or a list; empty lists are marked (host.json.array)
---@param order string[]? keys that come first, wherever they stand; all others follow by name
---@return string
function M.write(value, order)
  local lines <const> = {}
  write(lines, value, "", ranks_of(order))
  return table.concat(lines, "\n") .. "\n"
end

return M
