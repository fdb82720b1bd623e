-- The reference page of facts: every type a policy may meet, with its fields, from what views are checked against.
local document <const> = require "host.document"
local markdown <const> = require "reference.markdown"

local M = {}

local INTRODUCTION <const> = [[
A fact is something a policy may look at: a product, a model, a column, a contract, a file. `targets` of a policy names
the types it judges; `check(subject, ctx)` gets one fact after the other, and walks from there (`column.node.project`,
`model.parents`, `ctx.product`). What else a policy can use: [ctx, the sandbox and the library](library.md).

- **Facts are strict.** A field with a `?` behind its type is nil where it has no value; a field that is not listed here
  raises an error with a suggestion, so that a misspelt name never reads as "absent".
- **Free maps are free.** `meta`, `config`, `spec` and the like (`table<string, any>`) hold what was written; an absent
  key is nil, and so is a null.
- **Facts are read-only**, and shared: nothing is copied until it is read. `==` tells whether two of them are the same.
- **Lists and maps** are walked with `ipairs` and `pairs`, always in the order of the file; `#` counts both. A
  `table<string, column>` is read by name (`model.columns.email`).
- **Places are known.** Every fact remembers its file, line and column: a report needs no more than `at` and `field`.]]

-- The types that are nobody's target stand behind those that are, in the order of their declaration.
local function ordered(types, targets)
  local is_target <const>, first <const>, rest <const> = {}, {}, {}
  for _, name in ipairs(targets) do
    is_target[name] = true
  end
  for _, kind in ipairs(types) do
    table.insert(is_target[kind.name] and first or rest, kind)
  end
  return first, rest
end

-- A type in which the names of facts are links to them.
local function type_words(words, known)
  local shown <const> = words:gsub("[%a_]+", function(word)
    return known[word] and markdown.link(word) or nil
  end)
  return shown == words and markdown.code(words) or (shown:gsub("([<>])", "\\%1"))
end

local function fields_table(fields, known)
  local rows <const> = {}
  for index, field in ipairs(fields) do
    rows[index] = { markdown.code(field.name), type_words(field.type, known), markdown.sentence(field.doc) }
  end
  return markdown.table({ "field", "type", "meaning" }, rows)
end

-- Types that share all their fields (models, seeds, snapshots) are described once.
local function signature(kind)
  local parts <const> = {}
  for index, field in ipairs(kind.fields) do
    parts[index] = field.name .. ":" .. field.type
  end
  return table.concat(parts, " ")
end

local function add_types(parts, types, known, described)
  for _, kind in ipairs(types) do
    parts[#parts + 1] = "### " .. kind.name
    parts[#parts + 1] = markdown.sentence(kind.doc)
    local same <const> = described[signature(kind)]
    if same then
      parts[#parts + 1] = ("Its fields are those of a %s."):format(markdown.link(same))
    else
      described[signature(kind)] = kind.name
      parts[#parts + 1] = fields_table(kind.fields, known)
    end
  end
end

local function overview(types)
  local rows <const> = {}
  for index, kind in ipairs(types) do
    rows[index] = { markdown.link(kind.name), markdown.sentence(kind.doc) }
  end
  return markdown.table({ "type", "what it is" }, rows)
end

--- The page.
---@return string
function M.page()
  local types <const>, known <const>, described <const> = document.types(), {}, {}
  for _, kind in ipairs(types) do
    known[kind.name] = true
  end
  local targets <const>, rest <const> = ordered(types, require("floe.policy").TARGETS)
  local parts <const> = { "# Facts", INTRODUCTION, "## What can be judged", overview(targets) }
  add_types(parts, targets, known, described)
  parts[#parts + 1] = "## What is found inside"
  parts[#parts + 1] = "These are read from other facts; no policy can name them as a target."
  parts[#parts + 1] = overview(rest)
  add_types(parts, rest, known, described)
  return markdown.page(parts)
end

--- The types of facts as data, for tools that check or complete policies.
---@return table for host.json.encode
function M.document()
  return { schema = "floe.dev/facts/v1", types = document.types() }
end

return M
