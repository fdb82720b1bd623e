-- The text of `--help` and of the overview, from the commands' definitions.
local commands <const> = require "usage.commands"
local terminal <const> = require "terminal"

local M = {}

local WIDTH <const> = 100

local function wrap(text, indent)
  local words <const> = text:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  return table.concat(terminal.wrap(words, WIDTH, indent), "\n" .. (" "):rep(indent))
end

-- Two columns: what is written, and what it means.
local function add_table(out, title, rows)
  if #rows == 0 then
    return
  end
  local width = 0
  for _, row in ipairs(rows) do
    width = math.max(width, utf8.len(row[1]))
  end
  out[#out + 1] = title .. ":"
  for _, row in ipairs(rows) do
    local gap <const> = (" "):rep(width - utf8.len(row[1]) + 2)
    out[#out + 1] = "  " .. row[1] .. gap .. wrap(row[2], width + 4)
  end
  out[#out + 1] = ""
end

--- What an option says about itself beyond its help text: its choices, default, and whether it repeats.
---@param option usage.option
---@return string
function M.details(option)
  local text = option.help
  if option.choices and option.type ~= "output" then
    text = text .. ": " .. table.concat(option.choices, ", ")
  end
  if option.default ~= nil and not option.repeatable then
    text = text .. (" (default: %s)"):format(option.default)
  elseif option.repeatable then
    text = text .. " (may be repeated)"
  end
  return text
end

--- "-q, --quiet", "--as-of DATE"
---@param option usage.option
---@return string
function M.label(option)
  return (option.short and "-" .. option.short .. ", " or "") .. "--" .. option.name
    .. (option.optional and ("[=%s]"):format(option.value) or option.value and " " .. option.value or "")
end

--- "floe validate [OPTIONS] [DIR…]"
---@param definition usage.command
---@return string
function M.usage(definition)
  local words <const> = { commands.title(definition) }
  if definition.commands then
    words[#words + 1] = "COMMAND"
  end
  words[#words + 1] = "[OPTIONS]"
  for _, argument in ipairs(definition.arguments or {}) do
    words[#words + 1] = argument.required and argument.label or "[" .. argument.label .. "]"
  end
  return table.concat(words, " ")
end

local function command_rows(definition)
  local rows <const> = {}
  for _, child in ipairs(commands.children(definition)) do
    if not child.hidden then
      rows[#rows + 1] = { child.name, child.summary }
    end
  end
  return rows
end

--- What an argument says about itself, with its choices.
---@param argument usage.argument
---@return string
function M.argument_details(argument)
  return argument.help .. (argument.choices and ": " .. table.concat(argument.choices, ", ") or "")
end

local function argument_rows(definition)
  local rows <const> = {}
  for _, argument in ipairs(definition.arguments or {}) do
    rows[#rows + 1] = { argument.label, M.argument_details(argument) }
  end
  return rows
end

local function option_rows(options)
  local rows <const> = {}
  for _, option in ipairs(options or {}) do
    rows[#rows + 1] = { M.label(option), M.details(option) }
  end
  return rows
end

--- The exit codes of a command in their order, each with its meaning.
---@param definition usage.command
---@return { [1]: string, [2]: string }[]
function M.exits(definition)
  local rows <const> = {}
  for code, meaning in pairs(definition.exits or {}) do
    rows[#rows + 1] = { tostring(code), meaning, code }
  end
  table.sort(rows, function(a, b)
    return a[3] < b[3]
  end)
  return rows
end

local function add_examples(out, definition)
  if not definition.examples then
    return
  end
  out[#out + 1] = "Examples:"
  for _, example in ipairs(definition.examples) do
    out[#out + 1] = "  " .. example[1]
    out[#out + 1] = "      " .. wrap(example[2], 6)
  end
  out[#out + 1] = ""
end

local function add_variables(out, definition)
  local option <const> = (definition.options or {})[1]
  if option then
    local sentence <const> = "Each option has an environment variable: --%s is %s. An option wins over its variable."
    out[#out + 1] = wrap(sentence:format(option.name, commands.variable(definition, option)), 0)
  end
end

--- The help of one command.
---@param definition usage.command
---@return string
function M.command(definition)
  local out <const> = { ("%s: %s"):format(commands.title(definition), definition.summary), "" }
  out[#out + 1] = "Usage: " .. M.usage(definition)
  out[#out + 1] = ""
  for paragraph in ((definition.description or "") .. "\n\n"):gmatch("(.-)\n\n+") do
    if paragraph:match("%S") then
      out[#out + 1] = paragraph:find("^  ") and paragraph or wrap(paragraph, 0) -- a table stays as it is
      out[#out + 1] = ""
    end
  end
  add_table(out, "Commands", command_rows(definition))
  add_table(out, "Arguments", argument_rows(definition))
  add_table(out, "Options", option_rows(definition.options))
  add_table(out, "Common options", option_rows(commands.common))
  add_examples(out, definition)
  add_table(out, "Exit codes", M.exits(definition))
  add_variables(out, definition)
  return table.concat(out, "\n"):gsub("\n+$", "") .. "\n"
end

--- What `floe` alone prints.
---@return string
function M.overview()
  local out <const> = {
    "floe: a policy host for data products", "",
    "Usage: floe COMMAND [OPTIONS]", "",
  }
  local rows <const> = {}
  for _, definition in ipairs(commands.children()) do
    if not definition.hidden then
      rows[#rows + 1] = { definition.name, definition.summary }
    end
  end
  add_table(out, "Commands", rows)
  add_table(out, "Start here", {
    { "floe init my-product", "create a data product that validates at once" },
    { "floe validate", "judge the product in this folder" },
    { "floe policy list", "see which policies apply to it" },
  })
  out[#out + 1] = "'floe COMMAND --help' says more about a command, with examples."
  return table.concat(out, "\n") .. "\n"
end

return M
