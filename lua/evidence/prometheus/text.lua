-- The text format of Prometheus, version 0.0.4: writing a registry, and reading back what was written.

local M = {}

-- A number as Go's parser reads it back: whole numbers in digits, others with as few as keep them.
local function number_text(value)
  if value ~= value then
    return "NaN"
  elseif value == math.huge or value == -math.huge then
    return value > 0 and "+Inf" or "-Inf"
  elseif math.type(value) == "integer" or (value % 1 == 0 and math.abs(value) < 2 ^ 53) then
    return ("%d"):format(value)
  end
  local short <const> = ("%.15g"):format(value)
  return tonumber(short) == value and short or ("%.17g"):format(value)
end

local SPECIAL <const> = { ["NaN"] = 0 / 0, ["+Inf"] = math.huge, ["-Inf"] = -math.huge }

local function number_of(text)
  return SPECIAL[text] or tonumber(text)
end

-- ---- writing ----------------------------------------------------------------------------------------------

local function add_line(out, name, labels, value)
  out[#out + 1] = labels == "" and ("%s %s\n"):format(name, number_text(value))
    or ("%s{%s} %s\n"):format(name, labels, number_text(value))
end

local function add_histogram(out, family, key, series)
  local before <const> = key == "" and "" or key .. ","
  local count = 0
  for index, in_bucket in ipairs(series.counts) do
    count = count + in_bucket
    local bound <const> = family.buckets[index] or math.huge
    add_line(out, family.name .. "_bucket", ('%sle="%s"'):format(before, number_text(bound)), count)
  end
  add_line(out, family.name .. "_sum", key, series.sum)
  add_line(out, family.name .. "_count", key, count)
end

local ESCAPES <const> = { ["\\"] = "\\\\", ["\n"] = "\\n" }

local function add_family(out, family)
  local keys <const> = family:sorted()
  if #keys == 0 then
    return
  end
  out[#out + 1] = ("# HELP %s %s\n"):format(family.name, (family.help:gsub("[\\\n]", ESCAPES)))
  out[#out + 1] = ("# TYPE %s %s\n"):format(family.name, family.kind)
  for _, key in ipairs(keys) do
    local series <const> = family.series[key]
    if family.kind == "histogram" then
      add_histogram(out, family, key, series)
    else
      add_line(out, family.name, key, series.value)
    end
  end
end

--- A registry as text.
---@param registry floe.metrics.registry
---@return string
function M.write(registry)
  local out <const> = {}
  for _, family in ipairs(registry.order) do
    add_family(out, family)
  end
  return table.concat(out)
end

-- ---- reading ----------------------------------------------------------------------------------------------

-- Where a quoted value ends that begins at `from`: behind its closing quote; nil where it does not.
local function behind_value(text, from)
  while true do
    local at <const> = text:find('[\\"]', from)
    if not at then
      return nil
    elseif text:byte(at) == 0x22 then
      return at + 1
    end
    from = at + 2
  end
end

-- The labels of a line: their text, their names and their values as they are written; nil where they are none.
local function labels_of(text)
  local names <const>, values <const>, from = {}, {}, 1
  while from <= #text do
    local name <const>, value <const> = text:match('^([%a_][%w_]*)="()', from)
    local behind <const> = name and behind_value(text, value)
    if not behind or (behind <= #text and text:sub(behind, behind) ~= ",") then
      return nil
    end
    names[#names + 1], values[#values + 1] = name, text:sub(value, behind - 2)
    from = behind + 1
  end
  return names, values
end

local PARTS <const> = { "_bucket", "_sum", "_count" }

-- The family of a line, and which part of a histogram it tells.
local function family_of(registry, name)
  local family <const> = registry.families[name]
  if family then
    return family.kind ~= "histogram" and family or nil
  end
  for _, part in ipairs(PARTS) do
    local histogram <const> = name:sub(-#part) == part and registry.families[name:sub(1, -#part - 1)]
    if histogram and histogram.kind == "histogram" then
      return histogram, part
    end
  end
end

local function same_names(names, wanted)
  return table.concat(names, ",") == table.concat(wanted, ",")
end

-- Notes a line of a histogram, whose buckets are told as sums.
local function note_part(histograms, family, part, labels, value)
  local names <const>, values <const> = labels_of(labels)
  if not names then
    return
  end
  local bound
  if part == "_bucket" then
    bound = names[#names] == "le" and table.remove(values)
    table.remove(names)
    labels = labels:gsub(',?le="[^"]*"$', "")
  end
  if not same_names(names, family.labels) then
    return
  end
  local series <const> = histograms[family] or {}
  histograms[family] = series
  series[labels] = series[labels] or { bounds = {} }
  if part == "_bucket" then
    series[labels].bounds[bound] = value
  else
    series[labels][part] = value
  end
end

-- The counts of each bucket; nil where the text has other buckets.
local function counts_of(family, parts)
  local counts <const>, before = {}, 0
  for index = 1, #family.buckets + 1 do
    local upto <const> = parts.bounds[number_text(family.buckets[index] or math.huge)]
    if not upto or upto < before then
      return nil
    end
    counts[index], before = math.tointeger(upto - before), upto
    parts.bounds[number_text(family.buckets[index] or math.huge)] = nil
  end
  return next(parts.bounds) == nil and #counts == #family.buckets + 1 and counts or nil
end

local function restore_histograms(histograms)
  for family, all in pairs(histograms) do
    for key, parts in pairs(all) do
      local counts <const> = counts_of(family, parts)
      if counts and parts._sum then
        family:restore(key, { counts = counts, sum = parts._sum })
      end
    end
  end
end

--- Adds to a registry what an earlier text of it told; lines that it cannot have written are passed over.
---@param registry floe.metrics.registry
---@param text string
function M.read(registry, text)
  local histograms <const> = {}
  for line in text:gmatch("[^\n]+") do
    local name <const>, rest <const> = line:match("^([%a_:][%w_:]*)(.*)$")
    local labels, written = (rest or ""):match("^{(.*)} (%S+)$")
    if not labels then
      labels, written = "", (rest or ""):match("^ (%S+)$")
    end
    local value <const> = written and number_of(written)
    local family <const>, part <const> = family_of(registry, name or "")
    if value and part then
      note_part(histograms, family, part, labels, value)
    elseif value and family and same_names(labels_of(labels) or { "\0" }, family.labels) then
      family:restore(labels, { value = value })
    end
  end
  restore_histograms(histograms)
end

return M
