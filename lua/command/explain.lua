-- floe explain: where a resolved value comes from, tier by tier.
local terminals <const> = require "terminal"

local clean <const> = terminals.clean
local EXIT_USAGE <const> = 2
-- So many fields below the one that was asked for are shown each with its chain.
local MOST_IN_FULL <const> = 8

local M = {
  name = "explain",
  summary = "say where a resolved value comes from: each tier's word, the rule, and who decided",
  description = [[
Tiers stand above one another: enterprise, domain, product. Prints the value that holds in a product (or for a platform
manifest and those above it), how that field merges over the tiers, what each of them says about it and in which line,
and which of them decided. Without FIELD, all resolved values with their origins.

A field is named by its path: plugins.compute, governance.data_retention_days. The params of a policy are, too:
governance.policies.coverage.columns.params.minimum. What is no field but a folder is taken as DIR.]],
  arguments = {
    { name = "field", label = "FIELD", help = "the path of a field; absent: all" },
    { name = "folder", label = "DIR", complete = "directory",
      help = "a product's folder, or a platform manifest (default: this folder)" },
  },
  options = {
    { name = "as-of", value = "DATE", type = "date", help = "the modes of policies on this day" },
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json" }, default = "text",
      help = "what is printed" },
  },
  examples = {
    { "floe explain plugins.compute", "who chose what this product runs on" },
    { "floe explain governance.policies.naming.layer_prefix", "a policy's mode and params" },
    { "floe explain governance platform/manifest.yaml", "all that a manifest and those above it say there" },
    { "floe explain --format json", "the resolved manifest with origins, for a tool" },
  },
  exits = { [0] = "explained", [2] = "misuse, there is no such field, or the manifests cannot be read" },
}

-- ---- what is asked ----------------------------------------------------------------------------------------

-- A word that is no field but leads to a file or a folder is the place.
local function read_arguments(options)
  local files <const> = require "host.files"
  local field, folder = options.field, options.folder
  if field and not folder and (field:find("/", 1, true) or field == "." or field == ".." or files.exists(field)) then
    field, folder = nil, field
  end
  return field, folder or "."
end

-- The merged tiers of a product, or of a manifest and those above it: nil and the problems where they cannot be read.
local function open(folder)
  local files <const> = require "host.files"
  local is_product <const> = files.is_file(files.join(folder, "floe.yaml"))
    or files.is_file(files.join(folder, "floe.yml")) or files.basename(folder):find("^floe%.ya?ml$")
  if is_product then
    local loading <const> = require("phase.product").open(folder)
    return loading.resolved, loading.errors, loading
  end
  local platforms <const> = require "phase.platforms"
  if not platforms.manifest_at(folder) and not require("manifest.oci").is_reference(folder) then
    return nil, { {
      message = ("there is neither a floe.yaml nor a platform manifest in '%s'"):format(folder),
      hint = "name the folder of a product or of a manifest: `floe explain FIELD DIR`",
    } }
  end
  local found <const>, problems <const> = platforms.open(folder)
  if #problems > 0 then
    return nil, problems
  end
  local tiers <const> = {}
  for index, platform in ipairs(found) do
    tiers[index] = platform.as_tier
  end
  return require("manifest.tiers").merge(tiers), {}
end

-- ---- text -------------------------------------------------------------------------------------------------

local function show(value)
  if value == nil then
    return "not set"
  elseif type(value) == "string" then
    return clean(value)
  end
  return clean(require("host.json").encode(value))
end

local function decider(entry)
  for index = #entry.chain, 1, -1 do
    if entry.chain[index].decides then
      return entry.chain[index]
    end
  end
end

-- The width of a text on a terminal; a character of several bytes counts once.
local function width(line)
  return utf8.len(line) or #line
end

local function pad(line, to)
  return line .. (" "):rep(to - width(line))
end

local function print_chain(terminal, chain)
  local rows <const>, widths <const> = {}, { 0, 0, 0 }
  for index, word in ipairs(chain) do
    rows[index] = { clean(word.tier), word.file and clean(terminals.place(word)) or "-", word.effect }
    for column, cell in ipairs(rows[index]) do
      widths[column] = math.max(widths[column], width(cell))
    end
  end
  for index, word in ipairs(chain) do
    local cells <const> = {}
    for column, cell in ipairs(rows[index]) do
      cells[column] = pad(cell, widths[column])
    end
    local line <const> = ("%s  %s"):format(table.concat(cells, "  "), show(word.value))
    terminal:line(word.decides and terminal:paint("green", "  → " .. line) or "    " .. line)
  end
end

local function print_field(terminal, entry)
  terminal:line(("%s = %s"):format(terminal:paint("bold", clean(entry.field)), show(entry.value)))
  if entry.doc then
    terminal:line("  Meaning: " .. clean(entry.doc))
  end
  if entry.default ~= nil then
    terminal:line("  Default: " .. show(entry.default))
  end
  terminal:line("  Rule:    " .. clean(entry.rule.words))
  if #entry.chain == 0 then
    terminal:line("  No tier says it.")
    return
  end
  print_chain(terminal, entry.chain)
end

local function print_list(terminal, list)
  for _, entry in ipairs(list) do
    local from <const> = decider(entry)
    terminal:line(("%s = %s"):format(terminal:paint("bold", clean(entry.field)), show(entry.value)))
    if from then
      terminal:line(terminal:paint("dim", ("      %s%s"):format(clean(from.tier),
        from.file and (", %s"):format(clean(terminals.place(from))) or "")))
    end
  end
end

-- ---- json -------------------------------------------------------------------------------------------------

local function as_json(value)
  return value == nil and require("host.json").null or value
end

local function json_of(entry)
  local json <const> = require "host.json"
  local chain <const> = {}
  for index, word in ipairs(entry.chain) do
    chain[index] = json.object {
      { "tier", word.tier }, { "value", as_json(word.value) }, { "effect", word.effect }, { "decides", word.decides },
      { "file", as_json(word.file) }, { "line", as_json(word.line) }, { "column", as_json(word.column) },
    }
  end
  return json.object {
    { "field", entry.field }, { "value", as_json(entry.value) }, { "default", as_json(entry.default) },
    { "rule", json.object { { "kind", entry.rule.kind }, { "words", entry.rule.words } } },
    { "chain", json.array(chain) },
  }
end

local function print_json(terminal, list)
  local json <const> = require "host.json"
  local rows <const> = {}
  for index, entry in ipairs(list) do
    rows[index] = json_of(entry)
  end
  terminal:json(json.object { { "schema", "floe.dev/explain/v1" }, { "fields", json.array(rows) } })
end

-- ---- the command ------------------------------------------------------------------------------------------

-- What is known of the field: of a policy from its settings, of everything else from the merged manifests.
local function find(options, field, merged, loading)
  if field:find("^governance%.policies%.") and loading then
    local list <const>, problems <const> = require("command.explain.policy").find(field, loading, options.as_of)
    if list or problems then
      return list, problems
    end
  end
  local list <const>, near <const> = require("manifest.tiers.explain").field(merged, field)
  if list then
    return list
  end
  return nil, { {
    message = ("there is no field '%s'"):format(field),
    hint = near ~= "" and ("did you mean '%s'?"):format(near) or "`floe explain` lists all that are set",
  } }
end

---@return integer
function M.run(options, terminal)
  local field <const>, folder <const> = read_arguments(options)
  local merged <const>, problems <const>, loading <const> = open(folder)
  if not merged then
    terminal:fail_all(problems)
    return EXIT_USAGE
  end
  local list, wrong
  if field then
    list, wrong = find(options, field, merged, loading)
  else
    list = require("manifest.tiers.explain").all(merged)
  end
  if not list then
    terminal:fail_all(wrong)
    return EXIT_USAGE
  elseif options.format == "json" then
    print_json(terminal, list)
  elseif field and #list <= MOST_IN_FULL then
    for index, entry in ipairs(list) do
      if index > 1 then
        terminal:line()
      end
      print_field(terminal, entry)
    end
  else
    print_list(terminal, list)
  end
  return 0
end

return M
