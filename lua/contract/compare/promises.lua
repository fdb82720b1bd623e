-- Changes of what a contract promises beside its columns: service levels, quality rules, relationships, servers.

local hash <const> = require "contract.hash"
local match <const> = require "contract.compare.match"
local promise <const> = require "contract.promise"
local set <const> = require "floe.set"

local M = {}

local EMPTY <const> = {}

-- The members in which two tables differ, sorted; those of `left_out` aside.
local function differing(old, new, left_out)
  local out <const> = {}
  for key, value in pairs(old) do
    if not left_out[key] and not hash.same(key, value, new[key]) then
      out[#out + 1] = key
    end
  end
  for key, value in pairs(new) do
    if not left_out[key] and old[key] == nil and not hash.same(key, nil, value) then
      out[#out + 1] = key
    end
  end
  table.sort(out)
  return out
end
M.differing = differing

-- The first of some members that is not among those that are words only; nil where all are.
local function first_not_in(members, words)
  for _, member in ipairs(members) do
    if not words[member] then
      return member
    end
  end
  return nil
end

-- ---- service levels ---------------------------------------------------------------------------------------

local LEVEL_WORDS <const> = set.of {
  "description", "driver", "schedule", "scheduler", "id", "customProperties", "authoritativeDefinitions", "property",
}
local LEVEL_VALUE <const> = set.of { "value", "unit" }

local function level_keys(default)
  local function name(level)
    return level.property ~= nil and promise.level_name(level.property) or nil
  end
  local function on(level)
    return level.property ~= nil and ("%s %s"):format(name(level), tostring(level.element or default)) or nil
  end
  return {
    function(level)
      return type(level.id) == "string" and level.id or nil
    end,
    function(level)
      return level.property ~= nil and ("%s %s"):format(on(level), tostring(level.driver)) or nil
    end,
    on,
    name,
  }
end

local LEVEL_KINDS <const> = { tightened = "sla_tightened", relaxed = "sla_relaxed", changed = "sla_changed" }

local function compare_level(pair, what)
  local old <const>, new <const> = pair.old, pair.new
  local before <const>, after <const> = promise.level_words(old), promise.level_words(new)
  local members <const> = differing(old, new, LEVEL_VALUE)
  local hard <const> = first_not_in(members, LEVEL_WORDS)
  local relation <const> = promise.level_relation(old, new)
  if relation ~= "same" then
    pair:report(LEVEL_KINDS[relation], { what = what, field = "value", old = before, new = after })
  elseif not (hash.same("value", old.value, new.value) and old.unit == new.unit) then
    pair:report("sla_respelled", { what = what, field = "value", old = before, new = after })
  end
  if hard then
    pair:report("sla_changed", { what = ("'%s' of %s"):format(hard, what), field = hard, old = old[hard],
      new = new[hard] })
  elseif #members > 0 then
    pair:report("sla_described", { what = what, field = members[1] })
  end
end

--- Compares the service levels of two contracts.
---@param root floe.contract.pair
function M.levels(root)
  local old <const>, new <const> = root.old.slaProperties or EMPTY, root.new.slaProperties or EMPTY
  local default <const> = root.new.slaDefaultElement or root.old.slaDefaultElement
  for _, found in ipairs(match.by_keys(old, new, level_keys(default))) do
    local level <const> = new[found.new] or old[found.old]
    local word <const> = tostring(level.property)
    local pair <const> = root:below("slaProperties", found.old, found.new, word, word)
    local what <const> = ("the service level '%s'"):format(word)
    if not found.old then
      pair:report("sla_added", { what = what, new = promise.level_words(level) })
    elseif not found.new then
      pair:report("sla_removed", { what = what, old = promise.level_words(level) })
    else
      compare_level(pair, what)
    end
  end
end

-- ---- quality ----------------------------------------------------------------------------------------------

local OPERATORS <const> = set.of(promise.operators)
local RULE_WORDS <const> = set.of {
  "id", "name", "description", "dimension", "method", "severity", "businessImpact", "schedule", "scheduler", "tags",
  "customProperties", "authoritativeDefinitions",
}

local function rule_identity(rule)
  return hash.canonical {
    metric = rule.metric or rule.rule, query = rule.query, engine = rule.engine, unit = rule.unit,
    arguments = rule.arguments, implementation = rule.implementation,
  }
end

local RULE_KEYS <const> = {
  function(rule)
    return type(rule.id) == "string" and rule.id or nil
  end,
  function(rule)
    return type(rule.name) == "string" and rule.name or nil
  end,
  function(rule)
    return hash.canonical(rule)
  end,
  function(rule)
    return (rule.metric or rule.rule or rule.query or rule.engine) and rule_identity(rule) or nil
  end,
  function(rule)
    return type(rule.description) == "string" and rule.description or nil
  end,
  function(rule)
    return rule.metric
  end,
}

local RULE_KINDS <const> = { tightened = "quality_tightened", relaxed = "quality_relaxed" }

local VALID <const> = set.of { "validValues" }

-- Whether two rules name the values that are valid, and differ in nothing else: what an enum says since ODCS 3.2.
local function is_enum(old, new, members)
  return #members == 1 and members[1] == "arguments" and new.metric == "invalidValues" and new.mustBe == 0
    and type(old.arguments) == "table" and type(new.arguments) == "table"
    and type(old.arguments.validValues) == "table" and type(new.arguments.validValues) == "table"
    and #differing(old.arguments, new.arguments, VALID) == 0
end

local function compare_valid_values(pair, owner)
  local members <const> = { "arguments", "validValues" }
  local function report(kind, side, from, to)
    local known <const> = {}
    for _, value in ipairs(to) do
      known[value] = true
    end
    for _, value in ipairs(from) do
      if not known[value] then
        local shown <const> = type(value) == "string" and ("'%s'"):format(value) or tostring(value)
        pair:report(kind, { name = owner, [side] = shown, members = members })
      end
    end
  end
  local old <const>, new <const> = pair.old.arguments.validValues, pair.new.arguments.validValues
  report("enum_value_removed", "old", old, new)
  report("enum_value_added", "new", new, old)
end

local function compare_rule(pair, owner)
  local old <const>, new <const> = pair.old, pair.new
  local members <const> = differing(old, new, EMPTY)
  if #members == 0 then
    return
  elseif is_enum(old, new, members) then
    compare_valid_values(pair, owner)
    return
  end
  local limits, other = false, false
  for _, member in ipairs(members) do
    limits = limits or OPERATORS[member]
    other = other or not OPERATORS[member] and not RULE_WORDS[member]
  end
  local relation <const> = limits and not other and promise.rule_relation(old, new) or nil
  local kind = (limits or other) and (RULE_KINDS[relation] or "quality_changed") or "quality_described"
  if relation == "same" then
    kind = "quality_described"
  end
  pair:report(kind, { name = owner, old = promise.rule_words(old), new = promise.rule_words(new) })
end

--- Compares the quality rules of an element.
---@param owner floe.contract.pair
function M.quality(owner)
  local old <const>, new <const> = owner.old.quality or EMPTY, owner.new.quality or EMPTY
  if #old == 0 and #new == 0 then
    return
  end
  for _, found in ipairs(match.by_keys(old, new, RULE_KEYS)) do
    local rule <const> = new[found.new] or old[found.old]
    local word <const> = tostring(rule.id or rule.name or rule.metric or rule.rule or rule.type or "rule")
    local pair <const> = owner:below("quality", found.old, found.new, word, word)
    if not found.old then
      pair:report("quality_added", { name = owner.name, new = promise.rule_words(rule) })
    elseif not found.new then
      pair:report("quality_removed", { name = owner.name, old = promise.rule_words(rule) })
    else
      compare_rule(pair, owner.name)
    end
  end
end

-- ---- relationships ----------------------------------------------------------------------------------------

local function ends_of(value)
  if type(value) ~= "table" then
    return tostring(value)
  end
  local parts <const> = {}
  for index = 1, #value do
    parts[index] = type(value[index]) == "table" and "?" or tostring(value[index])
  end
  return table.concat(parts, ", ")
end

local RELATIONSHIP_KEYS <const> = {
  function(one)
    return one.to ~= nil and ("%s > %s"):format(ends_of(one.from), ends_of(one.to)) or nil
  end,
}

--- Compares the relationships of an element.
---@param owner floe.contract.pair
function M.relationships(owner)
  local old <const>, new <const> = owner.old.relationships or EMPTY, owner.new.relationships or EMPTY
  for _, found in ipairs(match.by_keys(old, new, RELATIONSHIP_KEYS)) do
    local one <const> = new[found.new] or old[found.old]
    local word <const> = ends_of(one.to)
    local pair <const> = owner:below("relationships", found.old, found.new, word, word)
    if not found.old then
      pair:report("relationship_added", { name = owner.name, new = word })
    elseif not found.new then
      pair:report("relationship_removed", { name = owner.name, old = word })
    elseif #differing(pair.old, pair.new, EMPTY) > 0 then
      pair:report("relationship_described", { name = owner.name })
    end
  end
end

-- ---- servers ----------------------------------------------------------------------------------------------

local SERVER_WORDS <const> = set.of { "id", "description", "roles", "customProperties", "environment" }

local SERVER_KEYS <const> = {
  function(server)
    return type(server.server) == "string" and server.server or nil
  end,
}

--- Compares the servers of two contracts.
---@param root floe.contract.pair
function M.servers(root)
  local old <const>, new <const> = root.old.servers or EMPTY, root.new.servers or EMPTY
  for _, found in ipairs(match.by_keys(old, new, SERVER_KEYS)) do
    local server <const> = new[found.new] or old[found.old]
    local word <const> = tostring(server.server)
    local pair <const> = root:below("servers", found.old, found.new, word, word)
    if not found.old then
      pair:report("server_added", {})
    elseif not found.new then
      pair:report("server_removed", {})
    else
      for _, member in ipairs(differing(pair.old, pair.new, EMPTY)) do
        pair:report(SERVER_WORDS[member] and "server_described" or "server_changed", {
          what = member, field = member, old = pair.old[member], new = pair.new[member],
        })
      end
    end
  end
end

return M
