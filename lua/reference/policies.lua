-- The reference page of a bundle: every policy with what it asks for and why, what to write instead, and its params.
local json <const> = require "host.json"
local markdown <const> = require "reference.markdown"
local params <const> = require "reference.params"

local M = {}

-- A default as it is written in a manifest.
local function default_words(value)
  if value == nil then
    return ""
  elseif type(value) == "table" and next(value) == nil then
    return "none"
  elseif type(value) == "string" then
    return markdown.code(value ~= "" and value or '""')
  end
  return markdown.code((json.encode(value):gsub('([%w"%]}]),', "%1, "):gsub('":', ": "):gsub('"', "")))
end

local function param_rows(definition)
  local rows <const> = {}
  for _, name in ipairs(params.names(definition.params)) do
    local param <const> = definition.params[name]
    rows[#rows + 1] = {
      markdown.code(name), params.type(param), default_words(param.default),
      params.stricter(param) or "not change it", param.doc and markdown.sentence(param.doc) or "",
    }
  end
  return rows
end

local function add_policy(parts, policy)
  local definition <const> = policy.definition
  parts[#parts + 1] = "### " .. policy.id
  parts[#parts + 1] = markdown.sentence(definition.title)
  local facts <const> = {
    ("Codes: %s"):format(markdown.codes(definition.codes)),
    ("judges: %s%s"):format(table.concat(definition.targets, ", "),
      definition.packages and " (also of installed packages)" or ""),
    ("phases: %s"):format(table.concat(definition.phases, ", ")),
    ("mode: %s"):format(markdown.code(definition.mode)),
  }
  parts[#parts + 1] = table.concat(facts, " · ")
  parts[#parts + 1] = "**Why.** " .. definition.why
  parts[#parts + 1] = definition.help and "**What to write.** " .. definition.help or nil
  local rows <const> = param_rows(definition)
  parts[#parts + 1] = #rows > 0
    and markdown.table({ "param", "type", "default", "lower tiers may", "meaning" }, rows) or "It has no params."
end

-- Policies by category, in the order in which the bundle's categories first appear.
local function by_category(policies)
  local order <const>, members <const> = {}, {}
  for _, policy in ipairs(policies) do
    local category <const> = policy.id:match("^[^.]+")
    if not members[category] then
      members[category] = {}
      order[#order + 1] = category
    end
    table.insert(members[category], policy)
  end
  return order, members
end

local function overview(policies)
  local rows <const> = {}
  for _, policy in ipairs(policies) do
    local definition <const> = policy.definition
    rows[#rows + 1] = {
      markdown.link(policy.id), table.concat(definition.codes, ", "), markdown.code(definition.mode), definition.title,
    }
  end
  return markdown.table({ "policy", "codes", "mode", "what holds where it finds nothing" }, rows)
end

local INTRODUCTION <const> = [[
The mode shown is the policy's own. The first platform manifest sets it freely, in `governance.policies.ID`, and every
tier below may make it stricter, never weaker. Params are set in the same entry; "lower tiers may" says what a tier may
do to a value that one above it has set. `floe policy explain ID` prints a policy as it holds in a product's folder,
with the lines that decided its mode and params.]]

--- The page of a bundle, or of some of its policies: then its modules are left out.
---@param bundle floe.bundle
---@param policies { id: string, definition: table }[] definitions are plain tables
---@return string
function M.page(bundle, policies)
  local parts <const> = { ("# Policies of %s %s"):format(bundle.name, bundle.version) }
  parts[#parts + 1] = bundle.manifest.description and markdown.sentence(bundle.manifest.description) or nil
  parts[#parts + 1] = INTRODUCTION
  parts[#parts + 1] = overview(policies)
  local order <const>, members <const> = by_category(policies)
  for _, category in ipairs(order) do
    parts[#parts + 1] = "## " .. (bundle.categories[category] or category)
    for _, policy in ipairs(members[category]) do
      add_policy(parts, policy)
    end
  end
  local modules <const> = #policies == #bundle.policies and require("reference.library").of_bundle(bundle) or {}
  table.move(modules, 1, #modules, #parts + 1, parts)
  return markdown.page(parts)
end

return M
