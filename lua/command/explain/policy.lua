-- Where a policy's mode and params come from, in the form of manifest/tiers/explain.lua: the policy itself, its bundle,
-- and each tier that speaks of it.
local document <const> = require "host.document"
local modes <const> = require "enforce.modes"
local params <const> = require "enforce.params"

local M = {}

local PREFIX <const> = "governance.policies."

-- The policy whose id a field begins with, and what of it is asked: "mode", "params.minimum", or nothing.
local function asked_for(field, list)
  local rest <const> = field:sub(#PREFIX + 1)
  for _, policy in ipairs(list) do
    if rest == policy.id then
      return policy
    elseif rest:sub(1, #policy.id + 1) == policy.id .. "." then
      return policy, rest:sub(#policy.id + 2)
    end
  end
end

-- The title of the tier in whose file something stands.
local function titles(loading)
  local out <const> = {}
  for _, tier in ipairs(loading.tiers) do
    out[document.place(tier.manifest)] = tier.title
  end
  return out
end

-- Adds a word to a chain that begins with the policy's own value. `keeps` tells whether the value stays as it is.
local function say(chain, tier, value, keeps, place)
  local first <const> = #chain == 0
  if not keeps then
    for _, word in ipairs(chain) do
      word.decides = false
    end
  end
  chain[#chain + 1] = {
    tier = tier, value = value, effect = first and "sets" or keeps and "keeps" or "replaces",
    decides = first or not keeps, file = place[1], line = place[2], column = place[3],
  }
end

-- What the tiers say of one value: `read` gives it from a claim, with its place; `own` begins the chain.
local function chain_of(policy, loading, own, read, keeps)
  local chain <const>, title_of <const> = {}, titles(loading)
  say(chain, ("bundle '%s'"):format(policy.bundle.name), own, false, {})
  local now = own
  local layers <const> = policy.resolved and policy.resolved.layers or {}
  for _, layer in ipairs(layers) do
    for _, claim in ipairs(layer.claims) do
      local value <const>, owner <const>, key <const> = read(claim)
      if value ~= nil then
        local place <const> = { document.place(owner, key) }
        local title <const> = title_of[place[1]] or "manifest"
        say(chain, claim.where and ("%s (%s)"):format(title, params.words(claim.where)) or title, value,
          keeps(now, value, layer.first), place)
        now = keeps(now, value, layer.first) and now or value
      end
    end
  end
  return chain
end

local function read_mode(claim)
  if not claim.mode then
    return nil
  end
  local mode <const> = claim.from and ("%s from %s"):format(claim.mode, claim.from) or claim.mode
  if claim.entry and claim.entry.mode then
    return mode, claim.entry, "mode"
  end
  return mode, claim.owner, claim.key
end

local function keeps_mode(now, said, first)
  local word <const> = said:match("^%S+")
  if first then
    return now == word
  end
  return modes.compare(word, (now:match("^%S+"))) <= 0
end

local MODE_RULE <const> = {
  kind = "stricter", words = "a lower tier may keep or strengthen it (off < warn < alert_only < block)",
}

local function explain_mode(policy, loading)
  return {
    field = PREFIX .. policy.id .. ".mode", value = policy.mode, rule = MODE_RULE, doc = policy.definition.title,
    default = policy.definition.mode,
    chain = chain_of(policy, loading, policy.definition.mode, read_mode, keeps_mode),
  }
end

local function reader(name)
  return function(claim)
    local value <const> = claim.params and claim.params[name]
    if value == nil then
      return nil
    end
    local written <const> = claim.entry and claim.entry.params
    if written and written[name] ~= nil then
      return value, written, name
    elseif claim.places and claim.places[name] then
      return value, table.unpack(claim.places[name])
    end
    return value, claim.owner, claim.key
  end
end

local function direction(param)
  local stricter <const> = param.stricter
  if type(stricter) == "table" then
    return table.concat(stricter, " < ")
  elseif type(stricter) == "boolean" then
    return stricter and "false < true" or "true < false"
  end
  return stricter and ({
    higher = "higher is stricter", lower = "lower is stricter", superset = "more is stricter",
    subset = "less is stricter",
  })[stricter]
end

local function param_rule(param)
  local words <const> = direction(param)
  if words then
    return { kind = "policy", words = ("a lower tier may keep or strengthen it (%s)"):format(words) }
  end
  return { kind = "policy", words = "only the first tier that speaks of the policy may set it: it has no direction" }
end

-- The value that holds; of a policy whose value differs by scope, all of them and true.
local function values_of(policy, name)
  local values <const> = {}
  local instances <const> = policy.resolved and policy.resolved.instances or {}
  for _, instance in ipairs(instances) do
    local value <const> = instance.params[name]
    local known = false
    for _, other in ipairs(values) do
      known = known or params.equal(other, value)
    end
    if not known then
      values[#values + 1] = value
    end
  end
  if #instances == 0 then
    return policy.definition.params[name].default
  end
  if #values > 1 then
    return values, true
  end
  return values[1]
end

-- A value as its param declares it: an empty list is no empty object.
local function typed(param, value)
  return params.as_facts({ value = param }, { value = value }).value
end

local function explain_param(policy, loading, name)
  local param <const> = policy.definition.params[name]
  local value <const>, several <const> = values_of(policy, name)
  local chain <const> = chain_of(policy, loading, param.default, reader(name), function(now, said)
    return params.equal(now, said)
  end)
  for _, word in ipairs(chain) do
    word.value = typed(param, word.value)
  end
  return {
    field = ("%s%s.params.%s"):format(PREFIX, policy.id, name), value = several and value or typed(param, value),
    rule = param_rule(param), doc = param.doc, default = typed(param, param.default), chain = chain,
  }
end

local function no_such(field, policy, names)
  local near <const> = require("floe.text").suggest(field:match("([^.]+)$"), names)
  return nil, { {
    message = ("policy '%s' has no such field: '%s'"):format(policy.id, field),
    hint = near and ("did you mean '%s'?"):format(near) or "it has: " .. table.concat(names, ", "),
  } }
end

--- Explains a policy's mode and params.
---@param field string "governance.policies.ID", with ".mode" or ".params.NAME"
---@param loading floe.loading
---@param as_of string?
---@return floe.explained[]? list nil where the field is about no policy that is known
---@return table[]? problems
function M.find(field, loading, as_of)
  local list <const> = require("command.policy.effective").list(loading.folder, as_of)
  local policy, rest
  if list then
    policy, rest = asked_for(field, list)
  end
  if not policy or not policy.definition then
    return nil
  end
  local declared <const> = policy.definition.params or {}
  local names <const> = require("floe.set").list(declared)
  if rest == "mode" or rest == "from" or rest == "where" then -- the day and the scope are the mode's
    return { explain_mode(policy, loading) }
  end
  local name <const> = rest and rest:match("^params%.(.+)$")
  if name and declared[name] then
    return { explain_param(policy, loading, name) }
  elseif rest and rest ~= "params" then
    table.insert(names, 1, "mode")
    return no_such(field, policy, names)
  end
  local out <const> = { not rest and explain_mode(policy, loading) or nil }
  for _, param in ipairs(names) do
    out[#out + 1] = explain_param(policy, loading, param)
  end
  return out
end

return M
