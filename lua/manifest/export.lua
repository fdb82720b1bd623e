-- What else a shape is good for: its JSON Schema (for editors) and its reference page (for people).

local json <const> = require "host.json"
local markdown <const> = require "reference.markdown"
local shape <const> = require "manifest.shape"

local M = {}

-- An object of JSON that keeps the order in which it was written.
local Members = {}
Members.__index = Members

local function members()
  return setmetatable({}, Members)
end

function Members:set(key, value)
  if value ~= nil then
    self[#self + 1] = { key, value }
  end
  return self
end

local function finish(list)
  return json.object(list)
end

-- Defaults and examples are plain Lua: a table with members is an object, one with items a list.
local function plain(value)
  if type(value) == "table" and (#value > 0 or next(value) == nil) then
    return json.array(value)
  end
  return value
end

local to_schema

-- A shape with a name stands once in $defs and is referred to from everywhere.
local function reference(node, definitions)
  local name <const> = node.name
  if not definitions.seen[name] then
    definitions.seen[name] = true
    local place <const> = #definitions.list + 1
    definitions.list[place] = { name, true }
    definitions.list[place][2] = to_schema(node, definitions, true)
  end
  return "#/$defs/" .. name
end

local TYPES <const> = { list = "array", map = "object", any = nil }

local function add_text_rules(out, node)
  local format <const> = node.format and shape.formats[node.format]
  out:set("pattern", format and format.pattern or node.pattern)
  out:set("minLength", node.min_length)
  out:set("maxLength", node.max_length)
  if node.reserved then
    out:set("not", { enum = json.array(node.reserved) })
  end
end

local function add_object_rules(out, node, definitions)
  local properties <const>, required <const> = members(), {}
  for _, field in ipairs(node.fields or {}) do
    properties:set(field[1], to_schema(field, definitions))
    if field.required then
      required[#required + 1] = field[1]
    end
  end
  if #properties > 0 then
    out:set("properties", finish(properties))
  end
  if #required > 0 then
    out:set("required", json.array(required))
  end
  if node.extensions then
    out:set("patternProperties", { ["^x-"] = json.object {} })
  end
  if type(node.additional) == "table" then
    out:set("additionalProperties", to_schema(node.additional, definitions))
  elseif not node.additional then
    out:set("additionalProperties", false)
  end
end

local function add_map_rules(out, node, definitions)
  if node.keys then
    out:set("propertyNames", to_schema(node.keys, definitions))
  end
  if node.values then
    out:set("additionalProperties", to_schema(node.values, definitions))
  end
end

local function add_list_rules(out, node, definitions)
  out:set("items", to_schema(node.items, definitions))
  out:set("minItems", node.min_items)
  out:set("maxItems", node.max_items)
  out:set("uniqueItems", node.unique == true or nil)
end

local RULES <const> = {
  string = add_text_rules,
  object = add_object_rules,
  map = add_map_rules,
  list = add_list_rules,
}

local function add_rules(out, node, definitions)
  if node.enum then
    out:set("enum", json.array(node.enum))
  end
  out:set("minimum", node.minimum)
  out:set("maximum", node.maximum)
  local rules <const> = RULES[node.type]
  if rules then
    rules(out, node, definitions)
  end
end

local function add_choices(out, node, definitions)
  local choices <const> = {}
  for i, choice in ipairs(node.either) do
    choices[i] = to_schema(choice, definitions)
  end
  out:set("anyOf", json.array(choices))
end

function to_schema(node, definitions, inline)
  local out <const> = members()
  out:set("description", node.doc)
  if node.default ~= nil then
    out:set("default", plain(node.default))
  end
  out:set("deprecated", node.deprecated and true or nil)
  if node.either then
    add_choices(out, node, definitions)
  elseif node.name and not inline then
    out:set("$ref", reference(node, definitions))
  else
    out:set("type", TYPES[node.type] or (node.type ~= "any" and node.type or nil))
    add_rules(out, node, definitions)
  end
  return finish(out)
end

-- How the general keys of governance act on policies, for the page of the platform manifest.
-- How each field merges over the tiers, from the table that does it.
local function merging()
  local rules <const> = require "manifest.tiers.rules"
  local rows <const> = {}
  for _, rule in ipairs(rules.all) do
    if rule.as then
      rows[#rows + 1] = { markdown.code(rule.path), ("another spelling of %s"):format(markdown.code(rule.as)) }
    elseif rule.kind ~= "members" then
      local order <const> = rules.order_words(rule)
      rows[#rows + 1] = {
        markdown.code(rule.path), order and ("%s: %s"):format(rules.words[rule.kind], order) or rules.words[rule.kind],
      }
    end
  end
  return {
    "## How tiers merge",
    "An enterprise's manifest stands above those of domains, and those above products. `*` stands for any key; what is "
      .. "not listed below a field is merged with it. `floe explain FIELD` shows who decided a value.",
    markdown.table({ "field", "over the tiers" }, rows),
  }
end

local function mapping()
  local rows <const> = {}
  for index, row in ipairs(require("enforce.reference").mapping) do
    rows[index] = { row[1], row[2] }
  end
  return {
    "## What general keys mean",
    "Everything that is checked is checked by a [policy](policies.md). These keys set modes and params of policies in "
      .. "general words; an entry for a policy's id in `governance.policies` comes before all of them. `L` stands for "
      .. "the name of a layer.",
    markdown.table({ "key", "what it sets" }, rows),
  }
end

local function mapping_elsewhere()
  return {
    "## What general keys mean",
    "`governance.quality_gates` and its like set modes and params of policies, as they do "
      .. "[in a platform manifest](platform-manifest.md#what-general-keys-mean).",
  }
end

-- Which keys a server must and may have, by its type.
local function server_types()
  local servers <const> = require "contract.servers"
  local rows <const> = {}
  for _, name in ipairs(servers.names(32)) do
    local required <const>, optional <const> = servers.members(name)
    rows[#rows + 1] = {
      markdown.code(name), required and markdown.codes(required) or "not checked", markdown.codes(optional or {}),
    }
  end
  return { "## Types of servers", markdown.table({ "type", "must have", "may have" }, rows) }
end

--- What has a schema, by kind: a title, how its shape is found, and what its page says behind the shapes.
M.kinds = {
  product = { "floe.yaml", function()
    return require "manifest.product"
  end, mapping_elsewhere },
  platform = { "Platform manifest", function()
    return require "manifest.platform"
  end, function()
    local parts <const>, more <const> = mapping(), merging()
    return table.move(more, 1, #more, #parts + 1, parts)
  end },
  environment = { "Platform environment contract", function()
    return require("manifest.environment_contract").shape
  end },
  contract = { "Data contract", function()
    return require("contract.shape").any()
  end, server_types },
  bundle = { "bundle.yaml", function()
    return require("bundle").shape
  end },
  artifacts = { "Artifact", function()
    return require("compile.shape").shape
  end },
  ["contract-problems"] = { "Problems of data contracts", function()
    return require("contract.reports").problems
  end },
  ["contract-list"] = { "List of data contracts", function()
    return require("contract.reports").list
  end },
  ["contract-diff"] = { "Changes of data contracts", function()
    return require("contract.reports").diff
  end },
  ["contract-version"] = { "Versions of data contracts", function()
    return require("contract.reports").versions
  end },
  ["contract-kinds"] = { "Kinds of changes", function()
    return require("contract.reports").kinds
  end },
  ["contract-checks"] = { "Checks of data contracts", function()
    return require("contract.reports").checks
  end },
  run = { "Run", function()
    return require("run.document").shape
  end },
  ["ledger-list"] = { "List of a ledger", function()
    return require("evidence.documents").list
  end },
  ["ledger-entry"] = { "Entry of a ledger", function()
    return require("evidence.documents").entry
  end },
  ["ledger-verification"] = { "Verification of a ledger", function()
    return require("evidence.documents").verification
  end },
  ["platform-compilation"] = { "Platform compilation", function()
    return require("command.platform.document").shape
  end },
}

-- The facets of lineage events have the form of OpenLineage's own schemas.
for kind, facet in pairs(require("evidence.openlineage.schemas").all) do
  M.kinds[kind] = { facet.name, function()
    return facet.shape
  end, schema = function()
    return require("evidence.openlineage.schemas").schema(facet)
  end }
end

--- The JSON Schema (2020-12) of a kind of file. Rules that only code can check are not in it.
---@param kind string a key of `kinds`
---@return table schema for host.json.encode
function M.schema(kind)
  local described <const> = M.kinds[kind]
  if described.schema then
    return described.schema()
  end
  local title <const>, shape_of <const> = table.unpack(described)
  return M.schema_of(shape_of(), { id = ("https://floe.dev/schemas/%s.json"):format(kind), title = title })
end

--- The JSON Schema of a shape.
---@param root table
---@param options { id: string?, title: string? }?
---@return table schema for host.json.encode
function M.schema_of(root, options)
  options = options or {}
  local definitions <const> = { list = members(), seen = {} }
  local out <const> = members()
  out:set("$schema", "https://json-schema.org/draft/2020-12/schema")
  out:set("$id", options.id)
  out:set("title", options.title)
  out:set("description", root.doc)
  if root.either then
    add_choices(out, root, definitions)
  else
    out:set("type", "object")
    add_rules(out, root, definitions)
  end
  if #definitions.list > 0 then
    table.sort(definitions.list, function(a, b)
      return a[1] < b[1]
    end)
    out:set("$defs", finish(definitions.list))
  end
  return finish(out)
end

-- A default as it is written in YAML.
local function default_words(value)
  if value == nil then
    return ""
  elseif type(value) ~= "table" then
    return markdown.code(value)
  end
  local parts <const> = {}
  for _, key in ipairs(shape.sorted_keys(value)) do
    parts[#parts + 1] = type(key) == "number" and tostring(value[key]) or ("%s: %s"):format(key, value[key])
  end
  return markdown.code(table.concat(parts, ", "))
end

-- The rules of a text: a format or pattern in words.
local function text_rule(node)
  if node.format then
    return shape.formats[node.format].says
  elseif node.says or not node.pattern then
    return node.says
  end
  return "matches " .. markdown.code(node.pattern)
end

-- The rules of a value that its type does not say, in a few words.
local function rules_words(node)
  local parts <const> = {}
  local function say(format, value)
    if value ~= nil then
      parts[#parts + 1] = format:format(value)
    end
  end
  say("one of %s", node.enum and #node.enum > 1 and markdown.codes(node.enum) or nil)
  say("always %s", node.enum and #node.enum == 1 and markdown.code(node.enum[1]) or nil)
  say("%s", text_rule(node))
  say("at least %s", node.minimum)
  say("at most %s", node.maximum)
  say("at most %s characters", node.max_length)
  say("at least %s items", node.min_items and node.min_items > 1 and node.min_items or nil)
  say("not empty", node.min_items == 1 or nil)
  say("not %s", node.reserved and markdown.codes(node.reserved) or nil)
  say("deprecated: %s", node.deprecated)
  return table.concat(parts, "; ")
end

local PLURALS <const> = { string = "texts", integer = "integers", number = "numbers", boolean = "booleans" }

-- The type of a value in a table's cell; what contains other fields refers to its own section.
local function type_words(node)
  if node.either then
    local parts <const> = {}
    for i, choice in ipairs(node.either) do
      parts[i] = type_words(choice)
    end
    return table.concat(parts, " or ")
  elseif node.type == "list" then
    return "list of " .. (PLURALS[node.items.type] or type_words(node.items))
  elseif node.type == "map" and node.values then
    return "map of " .. (PLURALS[node.values.type] or type_words(node.values))
  elseif node.name then
    return markdown.link(node.name)
  end
  return node.type == "string" and "text" or node.type or "any"
end

-- What a field says about itself: its doc, and its rules where the doc does not end the matter.
local function meaning_of(field)
  local rules <const> = rules_words(field)
  local items <const> = field.items and rules_words(field.items) or ""
  local meaning = field.doc and markdown.sentence(field.doc) or ""
  for _, words in ipairs { rules, items ~= "" and "each " .. items or "" } do
    if words ~= "" then
      meaning = (meaning ~= "" and meaning .. " " or "") .. markdown.sentence(words)
    end
  end
  return meaning
end

-- Finds the named object shapes below a node, in the order in which a reader meets them.
local function collect(node, found, seen)
  if node.either then
    for _, choice in ipairs(node.either) do
      collect(choice, found, seen)
    end
    return
  end
  if node.name and node.fields and not seen[node.name] then
    seen[node.name] = true
    found[#found + 1] = node
  elseif node.name and seen[node.name] then
    return
  end
  for _, field in ipairs(node.fields or {}) do
    collect(field, found, seen)
  end
  for _, inner in ipairs { node.items or false, node.values or false, node.additional or false } do
    if type(inner) == "table" then
      collect(inner, found, seen)
    end
  end
end

-- Rows of an object's fields; objects without a name of their own are written in place, with a longer path.
local function add_rows(rows, node, prefix)
  for _, field in ipairs(node.fields or {}) do
    local path <const> = prefix .. field[1]
    rows[#rows + 1] = {
      markdown.code(path), type_words(field), field.required and "yes" or "", default_words(field.default),
      meaning_of(field),
    }
    local inner <const> = field.type == "list" and field.items or field
    if inner.type == "object" and not inner.name then
      add_rows(rows, inner, path .. (field.type == "list" and "[]." or "."))
    end
  end
end

-- What else an object may hold, and what it must not.
local function add_rules_of(parts, node)
  if type(node.additional) == "table" then
    parts[#parts + 1] = ("Any other key: %s."):format(type_words(node.additional))
  elseif node.additional and #(node.fields or {}) > 0 then
    parts[#parts + 1] = "Other keys are kept as they are."
  end
  if node.extensions then
    parts[#parts + 1] = "Keys that begin with `x-` are yours: floe keeps them and does not read them."
  end
  for _, rule in ipairs(node.forbidden or {}) do
    parts[#parts + 1] = ("Not allowed%s: %s. %s%s"):format(rule.deep and " here and below" or "",
      markdown.codes(rule.names), markdown.sentence(rule.why), rule.hint and " " .. markdown.sentence(rule.hint) or "")
  end
end

local function add_shape(parts, node)
  local rows <const> = {}
  add_rows(rows, node, "")
  if #rows > 0 then
    parts[#parts + 1] = markdown.table({ "key", "type", "required", "default", "meaning" }, rows)
  end
  add_rules_of(parts, node)
end

--- The reference page of a shape, in Markdown.
---@param root table
---@param title string
---@param more string[]? paragraphs behind the shapes
---@return string
function M.reference(root, title, more)
  local parts <const> = { "# " .. title, root.doc }
  local found <const>, links <const> = {}, {}
  collect(root, found, {})
  for _, node in ipairs(found) do
    if node ~= root then
      links[#links + 1] = markdown.link(node.name)
    end
  end
  for _, part in ipairs(more or {}) do
    local heading <const> = part:match("^## ([^\n]+)$")
    links[#links + 1] = heading and markdown.link(heading) or nil
  end
  parts[#parts + 1] = #links > 0 and "Sections: " .. table.concat(links, " · ") or nil
  if found[1] ~= root then -- it needs no name
    add_shape(parts, root)
  end
  for _, node in ipairs(found) do
    if node ~= root then
      parts[#parts + 1] = "## " .. node.name
      local about <const> = node.about or node.doc
      parts[#parts + 1] = about and markdown.sentence(about) or nil
    end
    add_shape(parts, node)
  end
  table.move(more or {}, 1, #(more or {}), #parts + 1, parts)
  return markdown.page(parts)
end

--- The reference page of a kind of file.
---@param kind string a key of `kinds`
---@return string
function M.page(kind)
  local title <const>, shape_of <const>, more <const> = table.unpack(M.kinds[kind])
  return M.reference(shape_of(), title, more and more())
end

return M
