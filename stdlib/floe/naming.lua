-- Layers and the prefixes that show them in a name: medallion, Kimball (with data vault's), or an
-- organisation's own.

local policy <const> = require "floe.policy"
local text <const> = require "floe.text"
local regex <const> = require "floe.regex"

local M = {}

-- Prefixes in the order in which they are shown and suggested.
local PATTERNS <const> = {
  medallion = { { "bronze", "bronze_" }, { "silver", "silver_" }, { "gold", "gold_" } },
  kimball = {
    { "dimension", "dim_" }, { "fact", "fact_" }, { "bridge", "bridge_" },
    { "hub", "hub_" }, { "link", "link_" }, { "satellite", "sat_" },
  },
}

-- What other conventions call the layer: their prefix and ours.
local TRANSLATIONS <const> = {
  medallion = {
    stg_ = { "bronze_" }, raw_ = { "bronze_" }, src_ = { "bronze_" }, staging_ = { "bronze_" },
    int_ = { "silver_" }, intermediate_ = { "silver_" }, clean_ = { "silver_" },
    agg_ = { "gold_" }, mart_ = { "gold_" }, dim_ = { "gold_" }, fact_ = { "gold_" }, fct_ = { "gold_" },
    rpt_ = { "gold_" },
  },
  kimball = {
    fct_ = { "fact_" }, dimension_ = { "dim_" }, satellite_ = { "sat_" },
    gold_ = { "dim_", "fact_" }, mart_ = { "dim_", "fact_" }, agg_ = { "fact_" }, rpt_ = { "fact_" },
  },
  custom = {},
}

---@class floe.naming.layers
---@field pattern string "medallion", "kimball" or "custom"
---@field order { [1]: string, [2]: string }[] layer and prefix
---@field by_prefix table<string, string> layer by prefix
---@field expressions string[] regular expressions of a custom pattern

local function custom_order(custom)
  local order <const> = {}
  for layer, prefix in pairs(custom) do
    order[#order + 1] = { layer, prefix }
  end
  -- the longest prefix first, so that `stg_base_` wins over `stg_`; then by name, for one order everywhere
  table.sort(order, function(a, b)
    if #a[2] ~= #b[2] then
      return #a[2] > #b[2]
    end
    return a[1] < b[1]
  end)
  return order
end

local read_layers <const> = policy.once(function(params)
  local pattern <const> = params.pattern
  local layers <const> = { pattern = pattern, by_prefix = {}, expressions = {} }
  if pattern == "custom" then
    layers.order = custom_order(params.custom or {})
    for _, expression in ipairs(params.custom_patterns or {}) do
      layers.expressions[#layers.expressions + 1] = expression
    end
  else
    layers.order = PATTERNS[pattern]
      or error(("there is no naming pattern '%s' (there are: medallion, kimball, custom)"):format(tostring(pattern)), 0)
  end
  for _, entry in ipairs(layers.order) do
    layers.by_prefix[entry[2]] = entry[1]
  end
  return layers
end)

--- The layers that params choose: `pattern` ("medallion", "kimball" or "custom") and, for a custom pattern,
--- `custom` (layer to prefix) and `custom_patterns` (regular expressions, from the start of the name).
--- The answer for the last params is remembered, so that a policy may ask for every subject.
---
--- > naming.describe(naming.layers({ pattern = "medallion" }))  --> "bronze_, silver_, gold_"
---@param params { pattern: string, custom: table<string, string>?, custom_patterns: string[]? }
---@return floe.naming.layers
function M.layers(params)
  return read_layers(params)
end

local function custom_layer_of(name, layers)
  for _, entry in ipairs(layers.order) do
    local prefix <const> = entry[2]
    if #name > #prefix and name:find(prefix, 1, true) == 1 then
      return entry[1]
    end
  end
  for _, expression in ipairs(layers.expressions) do
    local from <const>, message <const> = regex.find(expression, name)
    if from == 1 then
      return "custom"
    elseif not from and message then
      error(("the custom pattern '%s' cannot be used: %s"):format(expression, tostring(message)), 0)
    end
  end
  return nil
end

--- The layer that a name's prefix shows, nil where it shows none. Behind the prefix of a known pattern small
--- letters, digits and `_` must follow, a letter first.
---
--- > naming.layer_of("silver_orders", naming.layers({ pattern = "medallion" }))  --> "silver"
--- > naming.layer_of("silver_", naming.layers({ pattern = "medallion" }))  --> nil
--- > naming.layer_of("Silver_Orders", naming.layers({ pattern = "medallion" }))  --> nil
--- > naming.layer_of("stg_orders", naming.layers({ pattern = "custom", custom = { staging = "stg_" } }))
---   --> "staging"
---@param name string
---@param layers floe.naming.layers
---@return string?
function M.layer_of(name, layers)
  if layers.pattern == "custom" then
    return custom_layer_of(name, layers)
  end
  local prefix <const> = name:match("^([a-z]+_)[a-z][a-z0-9_]*$")
  return prefix and layers.by_prefix[prefix]
end

--- The prefixes in one line.
---
--- > naming.describe(naming.layers({ pattern = "kimball" }))  --> "dim_, fact_, bridge_, hub_, link_, sat_"
--- > naming.describe(naming.layers({ pattern = "custom", custom_patterns = { "^x_" } }))  --> "names that match ^x_"
---@param layers floe.naming.layers
---@return string
function M.describe(layers)
  local prefixes <const> = {}
  for _, entry in ipairs(layers.order) do
    prefixes[#prefixes + 1] = entry[2]
  end
  if #layers.expressions > 0 then
    prefixes[#prefixes + 1] = "names that match " .. table.concat(layers.expressions, " or ")
  end
  return #prefixes > 0 and table.concat(prefixes, ", ") or "no layer is declared"
end

-- The known foreign or own prefix of a name, and what stands behind it.
local function split_prefix(name, layers)
  local prefix <const>, stem <const> = name:match("^(%a+_)(.+)$")
  if not prefix then
    return nil, name
  end
  local lower <const> = prefix:lower()
  for _, translations in pairs(TRANSLATIONS) do
    if translations[lower] then
      return lower, stem
    end
  end
  for _, order in pairs(PATTERNS) do
    for _, entry in ipairs(order) do
      if entry[2] == lower then
        return lower, stem
      end
    end
  end
  return layers.by_prefix[prefix] and lower, layers.by_prefix[prefix] and stem or name
end

-- The layer whose word ends a name (`customers_gold`); the word is taken away. Nil where none does.
local function take_layer_word(words, layers)
  for _, entry in ipairs(#words > 1 and layers.order or {}) do
    if entry[2] == words[#words] .. "_" then
      words[#words] = nil
      return entry[1]
    end
  end
end

--- Names that would carry a layer's prefix, the likeliest first: the layer the model is known to be in,
--- then what its present prefix means elsewhere; where neither tells, one name a layer.
---
--- > naming.suggest("stg_payments", naming.layers({ pattern = "medallion" }))  --> { "bronze_payments" }
--- > naming.suggest("stg_payments", naming.layers({ pattern = "medallion" }), "silver")
---   --> { "silver_payments", "bronze_payments" }
--- > naming.suggest("payments", naming.layers({ pattern = "medallion" }))
---   --> { "bronze_payments", "silver_payments", "gold_payments" }
--- > naming.suggest("gold_customers", naming.layers({ pattern = "kimball" }))
---   --> { "dim_customers", "fact_customers" }
--- > naming.suggest("customers_gold", naming.layers({ pattern = "medallion" }))  --> { "gold_customers" }
---@param name string
---@param layers floe.naming.layers
---@param layer? string the layer the model is known to be in
---@return string[]
function M.suggest(name, layers, layer)
  local prefix <const>, rest <const> = split_prefix(name, layers)
  local words <const> = text.words(rest)
  local behind <const> = not prefix and take_layer_word(words, layers) or nil
  local stem <const> = table.concat(words, "_")
  local names <const>, seen <const> = {}, {}
  local function add(wanted)
    if stem ~= "" and not seen[wanted] then
      seen[wanted] = true
      names[#names + 1] = wanted .. stem
    end
  end
  for _, entry in ipairs(layers.order) do
    if entry[1] == (layer or behind) then
      add(entry[2])
    end
  end
  for _, wanted in ipairs(prefix and TRANSLATIONS[layers.pattern][prefix] or {}) do
    add(wanted)
  end
  if prefix and layers.by_prefix[prefix] then
    add(prefix)
  end
  if #names == 0 then
    for _, entry in ipairs(layers.order) do
      add(entry[2])
    end
  end
  return names
end

return M
