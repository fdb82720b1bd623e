-- What else a shape is good for: its JSON Schema (for editors) and its reference page (for people).

local json <const> = require "host.json"
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

--- What has a schema, by kind: a title, and how its shape is found.
M.kinds = {
  product = { "floe.yaml", function()
    return require "manifest.product"
  end },
  platform = { "Platform manifest", function()
    return require "manifest.platform"
  end },
  contract = { "Data contract", function()
    return require("contract.shape").any()
  end },
  bundle = { "bundle.yaml", function()
    return require("bundle").shape
  end },
}

--- The JSON Schema (2020-12) of a kind of file. Rules that only code can check are not in it.
---@param kind "product"|"platform"|"contract"|"bundle"
---@return table schema for host.json.encode
function M.schema(kind)
  local title <const>, shape_of <const> = table.unpack(M.kinds[kind])
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

local function escape(value)
  return (value:gsub("|", "\\|"):gsub("\n", " "))
end

local function default_words(value)
  if value == nil then
    return ""
  elseif type(value) ~= "table" then
    return ("`%s`"):format(value)
  end
  local parts <const> = {}
  for _, key in ipairs(shape.sorted_keys(value)) do
    parts[#parts + 1] = type(key) == "number" and tostring(value[key]) or ("%s: %s"):format(key, value[key])
  end
  return ("`%s`"):format(table.concat(parts, ", "))
end

-- The rules of a value that its type does not say, in a few words.
local function rules_words(node)
  local parts <const> = {}
  local function say(format, value)
    if value ~= nil then
      parts[#parts + 1] = format:format(value)
    end
  end
  say("%s", node.enum and "`" .. table.concat(node.enum, "`, `") .. "`" or nil)
  say("%s", node.format and shape.formats[node.format].says or node.says)
  say("at least %s", node.minimum)
  say("at most %s", node.maximum)
  say("at most %s characters", node.max_length)
  say("at least %s items", node.min_items)
  return table.concat(parts, "; ")
end

-- The type of a value in a table's cell; what contains other fields refers to its own section.
local function type_words(node)
  if node.either then
    local parts <const> = {}
    for i, choice in ipairs(node.either) do
      parts[i] = type_words(choice)
    end
    return table.concat(parts, " or ")
  elseif node.type == "list" then
    return "list of " .. type_words(node.items)
  elseif node.type == "map" and node.values then
    return "map of " .. type_words(node.values)
  elseif node.name then
    return ("[%s](#%s)"):format(node.name, node.name:lower())
  end
  return ({ string = "text", boolean = "boolean" })[node.type] or node.type
end

local function add_row(lines, path, field)
  local rules <const>, meaning <const> = rules_words(field), field.doc or ""
  lines[#lines + 1] = ("| `%s` | %s | %s | %s | %s |"):format(
    path,
    type_words(field),
    field.required and "yes" or "",
    default_words(field.default),
    escape(rules ~= "" and ("%s (%s)"):format(meaning, rules) or meaning)
  )
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
local function add_rows(lines, node, prefix)
  for _, field in ipairs(node.fields or {}) do
    local path <const> = prefix .. field[1]
    add_row(lines, path, field)
    if field.type == "object" and not field.name then
      add_rows(lines, field, path .. ".")
    end
  end
end

--- The reference page of a shape, in Markdown.
---@param root table
---@param title string
---@return string
function M.reference(root, title)
  local lines <const> = { "# " .. title, "", root.doc or "" }
  local found <const> = {}
  collect(root, found, {})
  for _, node in ipairs(found) do
    lines[#lines + 1] = ""
    if node ~= root then
      lines[#lines + 1] = "## " .. node.name
      lines[#lines + 1] = ""
      lines[#lines + 1] = node.doc and node.doc .. "\n" or nil
    end
    lines[#lines + 1] = "| key | type | required | default | meaning |"
    lines[#lines + 1] = "|---|---|---|---|---|"
    add_rows(lines, node, "")
  end
  return table.concat(lines, "\n") .. "\n"
end

return M
