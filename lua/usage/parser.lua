-- From words to options: the command line is split by argparse, what a flag leaves open is taken from its
-- environment twin, then from its default, and every value is checked in one place whatever it came from.
local system <const> = require "host.system"
local commands <const> = require "usage.commands"

local M = {}

---@class usage.misuse what is wrong with a command line
---@field misuse boolean always true
---@field message string
---@field hint string?
---@field definition usage.command?

--- Raises a misuse, which `main` prints before it exits with 2.
---@param message string
---@param hint string?
---@param definition usage.command?
function M.misuse(message, hint, definition)
  error({ misuse = true, message = message, hint = hint, definition = definition }, 0)
end

--- "; did you mean 'validate'?", or an empty text.
---@param word string
---@param candidates string[]
---@return string
function M.suggestion(word, candidates)
  return require("floe.text").did_you_mean(word, candidates)
end

local function check_choice(option, text, label)
  for _, choice in ipairs(option.choices) do
    if choice == text then
      return text
    end
  end
  M.misuse(("%s cannot be '%s'%s"):format(label, text, M.suggestion(text, option.choices)),
    "It is one of: " .. table.concat(option.choices, ", ") .. ".")
end

local function check_integer(option, text, label)
  local value <const> = text:match("^%d+$") and math.tointeger(tonumber(text))
  local minimum <const>, maximum <const> = option.minimum or 0, option.maximum
  if not value or value < minimum or maximum and value > maximum then
    local range <const> = maximum and ("from %d to %d"):format(minimum, maximum) or ("from %d on"):format(minimum)
    M.misuse(("%s takes a whole number %s, not '%s'"):format(label, range, text))
  end
  return value
end

local DAYS <const> = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

local function days_of(year, month)
  local leap <const> = year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
  return month == 2 and leap and 29 or DAYS[month] or 0
end

local function check_date(_, text, label)
  local year <const>, month <const>, day <const> = text:match("^(%d%d%d%d)%-(%d%d)%-(%d%d)$")
  local days <const> = year and days_of(tonumber(year), tonumber(month)) or 0
  if not year or tonumber(day) < 1 or tonumber(day) > days then
    M.misuse(("%s takes a date such as 2026-11-21, not '%s'"):format(label, text))
  end
  return text
end

local function check_output(option, text, label)
  local format <const>, file <const> = text:match("^([^=]*)=(.+)$")
  if not format then
    M.misuse(("%s takes FORMAT=FILE, not '%s'"):format(label, text), "For example: --report sarif=floe.sarif")
  end
  return { format = check_choice(option, format, label .. "'s format"), file = file }
end

local function check_text(_, text, label)
  if text == "" then
    M.misuse(label .. " takes a value, not an empty text")
  end
  return text
end

local CHECKS <const> = {
  text = check_text, integer = check_integer, date = check_date, choice = check_choice, output = check_output,
}

local function check(option, text, label)
  return CHECKS[option.type or "text"](option, text, label)
end

local TRUTHS <const> = {
  ["1"] = true, ["true"] = true, yes = true, on = true, ["0"] = false, ["false"] = false, no = false, off = false,
}

local function check_flag(text, label)
  local value <const> = TRUTHS[text:lower()]
  if value == nil then
    M.misuse(("%s takes true or false, not '%s'"):format(label, text))
  end
  return value
end

-- The values of a repeatable option in its variable stand behind commas.
local function split(text)
  local list <const> = {}
  for part in text:gmatch("[^,]+") do
    list[#list + 1] = part:match("^%s*(.-)%s*$")
  end
  return list
end

local function check_all(option, texts, label)
  local values <const> = {}
  for _, text in ipairs(texts) do
    values[#values + 1] = check(option, text, label)
  end
  return values
end

local function from_environment(definition, option)
  local variable <const> = commands.variable(definition, option)
  local text <const> = system.env(variable)
  if text == nil or text == "" then
    return nil
  elseif not commands.takes_value(option) then
    return check_flag(text, variable)
  elseif option.repeatable then
    return check_all(option, split(text), variable)
  end
  return check(option, text, variable)
end

-- What argparse puts there for an option that was not given: an empty list, or no times.
local function is_absent(value)
  return value == nil or value == 0 or type(value) == "table" and #value == 0
end

local function resolve(definition, option, given)
  if not is_absent(given) then
    if not commands.takes_value(option) then
      return true
    elseif option.repeatable then
      return check_all(option, given, "--" .. option.name)
    end
    return check(option, given, "--" .. option.name)
  end
  local value <const> = from_environment(definition, option)
  if value ~= nil then
    return value
  elseif option.repeatable then
    return option.default or {}
  end
  return option.default
end

local function add_option(parser, option)
  local names <const> = (option.short and "-" .. option.short .. " " or "") .. "--" .. option.name
  if not commands.takes_value(option) then
    parser:flag(names):target(option.name):count("*"):action("store_true")
  elseif option.repeatable then
    parser:option(names):target(option.name):count("*"):action("append")
  else
    -- The last one wins, so that a script can append to a prepared command line.
    parser:option(names):target(option.name):count("*"):action(function(result, target, value)
      result[target] = value
    end)
  end
end

local function build(definition)
  local parser <const> = require "argparse"("floe"):add_help(false)
  for _, option in ipairs(commands.options(definition)) do
    add_option(parser, option)
  end
  -- All of them are taken as one list: which are missing or too many is said in our own words.
  parser:argument("words"):args("*")
  return parser
end

local function reword(message)
  local first <const>, rest <const> = message:match("^([^\n]*)\n?(.*)$")
  local tip <const> = rest:match("Did you mean (.-)%??$")
  return tip and ("%s; did you mean %s?"):format(first, tip) or first
end

-- An option whose value may be left out takes the next word for none.
local function with_optional(definition, args)
  local standing <const>, out <const>, behind = {}, {}, false
  for _, option in ipairs(commands.options(definition)) do
    standing["--" .. option.name] = option.optional
  end
  for index, word in ipairs(args) do
    behind = behind or word == "--"
    out[index] = not behind and standing[word] and word .. "=" .. standing[word] or word
  end
  return out
end

local function split_words(definition, args)
  if #args == 0 then
    return { words = {} }
  end
  local ok <const>, result <const> = build(definition):pparse(with_optional(definition, args))
  if not ok then
    M.misuse(reword(result))
  end
  return result
end

local function place_words(definition, words, options)
  local next_word = 1
  for _, argument in ipairs(definition.arguments or {}) do
    local taken <const> = argument.many and { table.unpack(words, next_word) } or { words[next_word] }
    if argument.required and #taken == 0 then
      M.misuse("missing " .. argument.label)
    end
    for _, word in ipairs(taken) do
      if argument.choices then
        check_choice(argument, word, argument.label)
      else
        check_text(argument, word, argument.label)
      end
    end
    options[argument.name] = argument.many and taken or taken[1]
    next_word = next_word + #taken
  end
  if words[next_word] then
    M.misuse(("'%s' is one argument too many"):format(words[next_word]))
  end
end

local function check_environment(definition)
  local name <const>, known <const> = require("usage.environment").misspelt(definition)
  if name then
    M.misuse(("%s is not read by %s%s"):format(name, commands.title(definition), M.suggestion(name, known)),
      "It would change nothing: correct it, or unset it.")
  end
  local mistaken <const> = require("usage.environment").mistaken(definition)
  if mistaken then
    M.misuse(("%s takes %s, not '%s'"):format(mistaken.name, mistaken.takes, system.env(mistaken.name)))
  end
end

--- The options of a command line. `args` are the words behind the command's name. Raises a misuse.
--- Names keep their spelling, with `_` for `-`.
---@param definition usage.command
---@param args string[]
---@return table options
function M.parse(definition, args)
  check_environment(definition)
  local given <const> = split_words(definition, args)
  local options <const> = {}
  for _, option in ipairs(commands.options(definition)) do
    if option.name ~= "help" then
      options[option.name:gsub("-", "_")] = resolve(definition, option, given[option.name])
    end
  end
  place_words(definition, given.words, options)
  return options
end

return M
