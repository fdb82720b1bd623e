-- floe contract show: one contract on a page.
local clean <const> = require("terminal").clean
local inputs <const> = require "command.contract.inputs"

local EXIT_USAGE <const> = 2

local M = {
  name = "show",
  summary = "show one data contract",
  description = [[
Prints what a contract promises: its tables with their columns, keys and rules, its service levels, and who answers for
it. A contract is named by its file, or by the name or id of one that stands in this folder.

With --format json: the contract as floe reads it, in the form of ODCS 3.1, whichever form it was written in.]],
  arguments = {
    { name = "contract", label = "CONTRACT", complete = "file",
      help = "a file, or a contract's name or id (default: the only one in this folder)" },
  },
  options = {
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json" }, default = "text",
      help = "what is printed" },
  },
  examples = {
    { "floe contract show", "the contract in this folder" },
    { "floe contract show sales.orders", "by its id" },
    { "floe contract show datacontract.yaml --format json", "as floe reads it" },
  },
  exits = { [0] = "shown", [2] = "misuse, or no such contract" },
}

-- ---- text -------------------------------------------------------------------------------------------------

local function type_of(property)
  local logical <const>, physical <const> = property.logicalType, property.physicalType
  if logical and physical and tostring(logical):lower() ~= tostring(physical):lower() then
    return ("%s (%s)"):format(tostring(logical), tostring(physical))
  end
  return tostring(logical or physical or "?")
end

local function marks_of(property)
  local marks <const> = {}
  for _, row in ipairs { { "primaryKey", "primary key" }, { "required", "required" }, { "unique", "unique" },
    { "partitioned", "partitioned" }, { "deprecated", "deprecated" } } do
    marks[#marks + 1] = property[row[1]] == true and row[2] or nil
  end
  marks[#marks + 1] = property.classification and tostring(property.classification) or nil
  local values <const> = {}
  for index, entry in ipairs(property.enum or {}) do
    values[index] = tostring(entry.value)
  end
  marks[#marks + 1] = #values > 0 and "one of " .. table.concat(values, ", ") or nil
  return table.concat(marks, ", ")
end

local function print_properties(terminal, list, indent)
  local name_width, type_width = 0, 0
  for _, property in ipairs(list) do
    name_width = math.max(name_width, #clean(property.name or "?"))
    type_width = math.max(type_width, #clean(type_of(property)))
  end
  for _, property in ipairs(list) do
    local name <const>, kind <const> = clean(property.name or "?"), clean(type_of(property))
    local marks <const> = clean(marks_of(property))
    local line = ("%s%s%s  %s"):format(indent, name, (" "):rep(name_width - #name), kind)
    if marks ~= "" then
      line = ("%s%s  %s"):format(line, (" "):rep(type_width - #kind), terminal:paint("dim", marks))
    end
    terminal:line(line)
    if property.description and terminal.verbose then
      terminal:line(("%s  %s"):format(indent, clean(property.description)))
    end
    if property.properties then
      print_properties(terminal, property.properties, indent .. "  ")
    end
  end
end

local function print_rules(terminal, list)
  for _, rule in ipairs(list or {}) do
    terminal:line("  rule: " .. clean(require("contract.promise").rule_words(rule)))
  end
end

local function print_head(terminal, source)
  local contract <const> = source.contract
  terminal:line(("%s %s%s"):format(terminal:paint("bold", clean(contract.name or contract.id or "?")),
    clean(contract.version or "?"), contract.status and (" (%s)"):format(clean(contract.status)) or ""))
  for _, row in ipairs { { "id", contract.id }, { "domain", contract.domain }, { "owner", contract.owner },
    { "file", source.path }, { "hash", require("contract.hash").of(source.normal) } } do
    if row[2] then
      terminal:line(("  %s: %s"):format(row[1], clean(row[2])))
    end
  end
  if contract.description then
    terminal:line("  " .. clean(contract.description))
  end
end

local function print_text(terminal, source)
  print_head(terminal, source)
  for _, object in ipairs(source.normal.schema or {}) do
    terminal:line()
    local physical <const> = object.physicalName and object.physicalName ~= object.name
      and (" → %s"):format(clean(object.physicalName)) or ""
    terminal:line(terminal:paint("bold", clean(object.name or "?")) .. physical)
    print_properties(terminal, object.properties or {}, "  ")
    print_rules(terminal, object.quality)
  end
  local levels <const> = source.normal.slaProperties or {}
  if #levels > 0 then
    terminal:line()
    terminal:line(terminal:paint("bold", "service levels"))
    for _, level in ipairs(levels) do
      terminal:line(("  %s: %s%s"):format(clean(level.property or "?"),
        clean(require("contract.promise").level_words(level)),
        level.element and (" (%s)"):format(clean(level.element)) or ""))
    end
  end
  if #source.contract.problems > 0 then
    terminal:line()
    terminal:line(("%s of form: 'floe contract validate' shows them"):format(
      require("terminal").count(#source.contract.problems, "problem")))
  end
end

-- ---- finding ----------------------------------------------------------------------------------------------

local function choose(list, wanted, terminal)
  local found <const>, names <const> = {}, {}
  for _, source in ipairs(list) do
    local contract <const> = source.contract
    names[#names + 1] = contract.name or contract.id
    if not wanted or contract.id == wanted or contract.name == wanted then
      found[#found + 1] = source
    end
  end
  if #found == 1 then
    return found[1]
  end
  local near <const> = wanted and require("floe.text").suggest(wanted, names)
  terminal:fail({
    message = #found == 0 and ("there is no contract '%s' here"):format(wanted)
      or ("there are %d contracts here"):format(#found),
    hint = near and ("Did you mean '%s'?"):format(near) or "Name one of them: " .. table.concat(names, ", "),
  })
  return nil
end

--- The contract that is meant: a file, or a name or id among those of this folder.
---@param wanted string?
---@param terminal terminal
---@return floe.contract.source?
function M.find(wanted, terminal)
  local is_file <const> = wanted and require("host.files").exists(wanted)
  if wanted and not is_file and (wanted:find("/", 1, true) or wanted:find("%.ya?ml$") or wanted:find("%.json$")) then
    terminal:fail({ message = ("there is no file '%s'"):format(wanted) })
    return nil
  end
  local list <const> = inputs.read({ is_file and wanted or "." }, terminal)
  return list and choose(list, not is_file and wanted or nil, terminal)
end

---@return integer
function M.run(options, terminal)
  local source <const> = M.find(options.contract, terminal)
  if not source then
    return EXIT_USAGE
  end
  if options.format == "json" then
    terminal:json(source.normal)
  else
    print_text(terminal, source)
  end
  return 0
end

return M
