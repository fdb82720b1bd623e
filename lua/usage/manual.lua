-- The manual page floe(1), from the commands' definitions.
local commands <const> = require "usage.commands"
local help <const> = require "usage.help"

local M = {}

-- A text for roff: no escapes, no requests, ASCII hyphens that can be copied.
local function escape(text)
  return (text:gsub("\\", "\\e"):gsub("%-", "\\-"):gsub("…", "..."):gsub("→", "to"):gsub("^([.'])", "\\&%1")
    :gsub("\n([.'])", "\n\\&%1"))
end

local function add_term(out, term, text)
  out[#out + 1] = ".TP"
  out[#out + 1] = ".B " .. escape(term)
  out[#out + 1] = escape(text)
end

local function add_options(out, options)
  for _, option in ipairs(options) do
    add_term(out, help.label(option), help.details(option))
  end
end

local function add_paragraphs(out, text)
  for paragraph in (text .. "\n\n"):gmatch("(.-)\n\n+") do
    if paragraph:match("%S") then
      out[#out + 1] = ".PP"
      out[#out + 1] = escape(paragraph)
    end
  end
end

local function add_examples(out, definition)
  for _, example in ipairs(definition.examples or {}) do
    add_term(out, example[1], example[2])
  end
end

local function add_command(out, definition)
  out[#out + 1] = ".SS " .. escape(commands.title(definition))
  out[#out + 1] = escape(definition.summary:sub(1, 1):upper() .. definition.summary:sub(2)) .. "."
  out[#out + 1] = ".PP"
  out[#out + 1] = ".B " .. escape(help.usage(definition))
  add_paragraphs(out, definition.description or "")
  for _, argument in ipairs(definition.arguments or {}) do
    add_term(out, argument.label, help.argument_details(argument))
  end
  add_options(out, definition.options or {})
  add_examples(out, definition)
end

local VARIABLES <const> = [[
Every option has a variable: FLOE_, the command, and the option in capitals, with underscores. For \-\-as\-of of
.B floe validate
it is
.BR FLOE_VALIDATE_AS_OF .
An option wins over its variable. The values of an option that may be repeated are separated by commas.]]

--- The page in roff's man macros.
---@return string
function M.page()
  local version <const> = require("host.system").versions().floe
  local out <const> = {
    ('.TH FLOE 1 "" "floe %s" "User Commands"'):format(version),
    ".SH NAME", "floe \\- a policy host for data products",
    ".SH SYNOPSIS", ".B floe", ".I COMMAND", "[\\fIOPTIONS\\fR]",
    ".SH DESCRIPTION",
    "floe judges data products (a dbt project, its contracts, its ports) against policies written in Lua, and says",
    "which of them block, at which line, and what to write instead.",
    ".SH COMMANDS",
  }
  for _, definition in ipairs(commands.all()) do
    if definition.run then
      add_command(out, definition)
    end
  end
  out[#out + 1] = ".SH COMMON OPTIONS"
  add_options(out, commands.common)
  out[#out + 1] = ".SH EXIT STATUS"
  for _, row in ipairs(commands.exits) do
    add_term(out, row[1], row[2])
  end
  out[#out + 1] = ".PP"
  out[#out + 1] = "A reader that goes away (a closed pipe) ends the output, and leaves the exit status as it is."
  out[#out + 1] = ".SH ENVIRONMENT"
  out[#out + 1] = VARIABLES
  for _, row in ipairs(commands.variables) do
    add_term(out, row[1], row[2])
  end
  return table.concat(out, "\n") .. "\n"
end

return M
