-- The reference page of the command line, from the commands' definitions.
local commands <const> = require "usage.commands"
local help <const> = require "usage.help"
local markdown <const> = require "reference.markdown"

local M = {}

local function option_rows(definition, options)
  local rows <const> = {}
  for _, option in ipairs(options) do
    local meaning <const> = markdown.sentence(markdown.plain(help.details(option)))
    local row <const> = { markdown.code(help.label(option)), meaning }
    row[3] = definition and markdown.code(commands.variable(definition, option))
    rows[#rows + 1] = row
  end
  return rows
end

local function argument_rows(definition)
  local rows <const> = {}
  for _, argument in ipairs(definition.arguments or {}) do
    local meaning <const> = markdown.sentence(markdown.plain(help.argument_details(argument)))
    rows[#rows + 1] = { markdown.code(argument.label), meaning }
  end
  return rows
end

local function add_examples(parts, definition)
  local lines <const> = {}
  for _, example in ipairs(definition.examples or {}) do
    lines[#lines + 1] = ("%s  # %s"):format(example[1], example[2])
  end
  parts[#parts + 1] = #lines > 0 and "```sh\n" .. table.concat(lines, "\n") .. "\n```" or nil
end

local function add_command(parts, definition)
  parts[#parts + 1] = "## " .. commands.title(definition)
  parts[#parts + 1] = markdown.sentence(definition.summary)
  parts[#parts + 1] = "```sh\n" .. help.usage(definition) .. "\n```"
  parts[#parts + 1] = definition.description
  local arguments <const> = argument_rows(definition)
  parts[#parts + 1] = #arguments > 0 and markdown.table({ "argument", "meaning" }, arguments) or nil
  local options <const> = option_rows(definition, definition.options or {})
  parts[#parts + 1] = #options > 0 and markdown.table({ "option", "meaning", "variable" }, options) or nil
  add_examples(parts, definition)
  local exits <const> = {}
  for index, row in ipairs(help.exits(definition)) do
    exits[index] = { row[1], markdown.sentence(row[2]) }
  end
  parts[#parts + 1] = #exits > 0 and markdown.table({ "exit code", "meaning" }, exits) or nil
end

local function overview(list)
  local rows <const> = {}
  for _, definition in ipairs(list) do
    rows[#rows + 1] = { markdown.link(commands.title(definition)), markdown.sentence(definition.summary) }
  end
  return markdown.table({ "command", "what it does" }, rows)
end

local function add_shared(parts)
  parts[#parts + 1] = "## Common options"
  parts[#parts + 1] = "Every command takes them. They stand behind the command."
  parts[#parts + 1] = markdown.table({ "option", "meaning" }, option_rows(nil, commands.common))
  parts[#parts + 1] = "## Exit codes"
  parts[#parts + 1] = "What a code means is the same for every command; each names the ones that it uses."
  parts[#parts + 1] = markdown.table({ "code", "meaning" }, commands.exits)
  parts[#parts + 1] = "## Variables"
  parts[#parts + 1] = "Every option has a variable: `FLOE_`, the command, and the option in capitals, with "
    .. "underscores. An option wins over its variable. The values of an option that may be repeated are "
    .. "separated by commas. Beside them there are:"
  local rows <const> = {}
  for index, row in ipairs(commands.variables) do
    rows[index] = { markdown.code(row[1]), markdown.sentence(row[2]) }
  end
  parts[#parts + 1] = markdown.table({ "variable", "meaning" }, rows)
end

--- The page.
---@return string
function M.page()
  local list <const> = {}
  for _, definition in ipairs(commands.all()) do
    if definition.run and not definition.hidden then
      list[#list + 1] = definition
    end
  end
  local parts <const> = {
    "# Command line",
    ("What `floe COMMAND --help` says, on one page. %s · %s · %s"):format(markdown.link("Common options"),
      markdown.link("Exit codes"), markdown.link("Variables")),
    overview(list),
  }
  for _, definition in ipairs(list) do
    add_command(parts, definition)
  end
  add_shared(parts)
  return markdown.page(parts)
end

return M
