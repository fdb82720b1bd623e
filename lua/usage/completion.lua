-- Completion scripts for bash, zsh and fish, from the commands' definitions. Each script holds the whole tree
-- of commands as data; only the ids of policies are asked of floe while completing.
local commands <const> = require "usage.commands"

local M = {}

local POLICIES <const> = "floe policy list --format names 2>/dev/null"

-- A text in single quotes, as all three shells read it when it holds no quote.
local function quote(text)
  return "'" .. text:gsub("'", "’"):gsub("\\", "") .. "'"
end

local function names_of(list)
  local names <const> = {}
  for _, item in ipairs(list) do
    names[#names + 1] = item.name
  end
  return names
end

local function visible(definition)
  local list <const> = {}
  for _, child in ipairs(commands.children(definition)) do
    if not child.hidden then
      list[#list + 1] = child
    end
  end
  return list
end

local function words_of(option)
  if option.type == "output" then
    local words <const> = {}
    for _, format in ipairs(option.choices) do
      words[#words + 1] = format .. "="
    end
    return words
  end
  return option.choices
end

-- What completes a value or an argument: a kind and, for "words", the words.
local function completer(item)
  local words <const> = words_of(item)
  if words then
    return "words", words
  elseif item.complete == "command" then
    return "words", names_of(visible())
  end
  return item.complete or "none"
end

local function path_of(definition)
  return table.concat(definition.path, " ")
end

-- bash -----------------------------------------------------------------------------------------------------

local function bash_reply(item)
  local kind <const>, words <const> = completer(item)
  if kind == "words" then
    return ('mapfile -t COMPREPLY < <(compgen -W %s -- "$word")'):format(quote(table.concat(words, " ")))
  elseif kind == "policy" then
    return ('mapfile -t COMPREPLY < <(compgen -W "$(%s)" -- "$word")'):format(POLICIES)
  elseif kind == "directory" then
    return 'mapfile -t COMPREPLY < <(compgen -d -- "$word")'
  elseif kind == "file" then
    return 'mapfile -t COMPREPLY < <(compgen -f -- "$word")'
  end
  return "COMPREPLY=()"
end

local function bash_values(out, definition)
  for _, option in ipairs(commands.options(definition)) do
    if option.value and not option.optional then
      out[#out + 1] = ("        %s) %s; return ;;"):format(quote(path_of(definition) .. " --" .. option.name),
        bash_reply(option))
    end
  end
end

local function bash_words(out, definition)
  local options <const> = {}
  for _, option in ipairs(commands.options(definition)) do
    options[#options + 1] = "--" .. option.name
  end
  local argument <const> = (definition.arguments or {})[1]
  local plain
  if definition.commands then
    plain = ('mapfile -t COMPREPLY < <(compgen -W %s -- "$word")'):format(
      quote(table.concat(names_of(visible(definition)), " ")))
  else
    plain = argument and bash_reply(argument) or "COMPREPLY=()"
  end
  out[#out + 1] = ("        %s)"):format(quote(path_of(definition)))
  out[#out + 1] = ('            if [[ $word == -* ]]; then mapfile -t COMPREPLY < <(compgen -W %s -- "$word")'):format(
    quote(table.concat(options, " ")))
  out[#out + 1] = ("            else %s; fi ;;"):format(plain)
end

local function bash_tree(out)
  for _, definition in ipairs(commands.all()) do
    if definition.commands then
      out[#out + 1] = ("            %s) [[ \" %s \" == *\" $next \"* ]] && path+=\" $next\" ;;"):format(
        quote(path_of(definition)), table.concat(definition.commands, " "))
    end
  end
end

--- The script for bash.
---@return string
function M.bash()
  local all <const> = quote(table.concat(names_of(visible()), " "))
  local out <const> = {
    "# bash completion for floe", "_floe() {",
    '    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path="" next index',
    "    COMPREPLY=()",
    '    # bash splits --format=json at the sign.',
    '    if [[ $word == "=" ]]; then word=""; elif [[ $before == "=" ]]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi',
    "    for ((index = 1; index < COMP_CWORD; index++)); do",
    "        next=${COMP_WORDS[index]}",
    "        case $path in",
    '            "") [[ $next == -* ]] || path=$next ;;',
  }
  bash_tree(out)
  out[#out + 1] = "        esac"
  out[#out + 1] = "    done"
  out[#out + 1] = '    case "$path $before" in'
  for _, definition in ipairs(commands.all()) do
    bash_values(out, definition)
  end
  out[#out + 1] = "    esac"
  out[#out + 1] = "    case $path in"
  out[#out + 1] = ('        "") mapfile -t COMPREPLY < <(compgen -W %s -- "$word") ;;'):format(all)
  for _, definition in ipairs(commands.all()) do
    bash_words(out, definition)
  end
  out[#out + 1] = "    esac"
  out[#out + 1] = "}"
  out[#out + 1] = "complete -o default -F _floe floe"
  return table.concat(out, "\n") .. "\n"
end

-- zsh ------------------------------------------------------------------------------------------------------

local function zsh_text(text)
  return (text:gsub("'", "’"):gsub("[%[%]:\\]", "\\%0"))
end

local function zsh_action(item)
  local kind <const>, words <const> = completer(item)
  if kind == "words" then
    return "(" .. table.concat(words, " ") .. ")"
  elseif kind == "policy" then
    return "_floe_policies"
  elseif kind == "directory" then
    return "_files -/"
  end
  return kind == "file" and "_files" or " "
end

local function zsh_option(option)
  local text <const> = ("[%s]"):format(zsh_text(option.help))
  local takes <const> = option.value and not option.optional
  local value <const> = takes and (":%s:%s"):format(zsh_text(option.value:lower()), zsh_action(option)) or ""
  local name <const> = "--" .. option.name .. (takes and "=" or "")
  if option.short then
    return ("'(-%s --%s)'{-%s,%s}'%s%s'"):format(option.short, option.name, option.short, name, text, value)
  end
  return ("'%s%s%s%s'"):format(option.repeatable and "*" or "", name, text, value)
end

local function zsh_function(definition)
  return "_floe_" .. table.concat(definition.path, "_"):gsub("[^%w]", "_")
end

local function zsh_arguments(out, definition)
  for _, option in ipairs(commands.options(definition)) do
    out[#out + 1] = "        " .. zsh_option(option) .. " \\"
  end
  for _, argument in ipairs(definition.arguments or {}) do
    out[#out + 1] = ("        '%s:%s:%s' \\"):format(argument.many and "*" or "", zsh_text(argument.name),
      zsh_action(argument))
  end
end

local function zsh_dispatch(out, name, children)
  out[#out + 1] = name .. "() {"
  out[#out + 1] = "    local context state line"
  out[#out + 1] = "    _arguments -C '1:command:->command' '*::argument:->argument'"
  out[#out + 1] = "    case $state in"
  out[#out + 1] = "    command)"
  out[#out + 1] = "        local -a commands=("
  for _, child in ipairs(children) do
    out[#out + 1] = ("            '%s:%s'"):format(child.name, zsh_text(child.summary))
  end
  out[#out + 1] = "        )"
  out[#out + 1] = "        _describe command commands ;;"
  out[#out + 1] = "    argument)"
  out[#out + 1] = "        case $line[1] in"
  for _, child in ipairs(children) do
    out[#out + 1] = ("        %s) %s ;;"):format(child.name, zsh_function(child))
  end
  out[#out + 1] = "        esac ;;"
  out[#out + 1] = "    esac"
  out[#out + 1] = "}"
end

--- The script for zsh.
---@return string
function M.zsh()
  local out <const> = {
    "#compdef floe", "", "_floe_policies() {", ("    local -a ids=(${(f)\"$(%s)\"})"):format(POLICIES),
    "    _describe policy ids", "}",
  }
  for _, definition in ipairs(commands.all()) do
    if definition.commands then
      zsh_dispatch(out, zsh_function(definition), visible(definition))
    else
      out[#out + 1] = zsh_function(definition) .. "() {"
      out[#out + 1] = "    _arguments \\"
      zsh_arguments(out, definition)
      out[#out + 1] = "        && return"
      out[#out + 1] = "}"
    end
  end
  zsh_dispatch(out, "_floe", visible())
  out[#out + 1] = 'if [ "$funcstack[1]" = "_floe" ]; then _floe "$@"; else compdef _floe floe; fi'
  return table.concat(out, "\n") .. "\n"
end

-- fish -----------------------------------------------------------------------------------------------------

local function fish_value(item)
  local kind <const>, words <const> = completer(item)
  if kind == "words" then
    return " -x -a " .. quote(table.concat(words, " "))
  elseif kind == "policy" then
    return (" -x -a '(%s)'"):format(POLICIES)
  elseif kind == "directory" then
    return " -x -a '(__fish_complete_directories)'"
  end
  return kind == "file" and " -r -F" or " -x"
end

local function fish_line(condition, rest)
  return ("complete -c floe -n %s%s"):format(quote(condition), rest)
end

local function fish_seen(definition)
  local parts <const> = {}
  for _, word in ipairs(definition.path) do
    parts[#parts + 1] = "__fish_seen_subcommand_from " .. word
  end
  return table.concat(parts, "; and ")
end

local function fish_command(out, definition)
  local condition <const> = fish_seen(definition)
  for _, child in ipairs(visible(definition)) do
    local unseen <const> = ("%s; and not __fish_seen_subcommand_from %s"):format(condition,
      table.concat(definition.commands or {}, " "))
    out[#out + 1] = fish_line(unseen, (" -a %s -d %s"):format(child.name, quote(child.summary)))
  end
  for _, option in ipairs(commands.options(definition)) do
    local short <const> = option.short and " -s " .. option.short or ""
    local value <const> = option.value and not option.optional and fish_value(option) or ""
    out[#out + 1] = fish_line(condition, ("%s -l %s%s -d %s"):format(short, option.name, value, quote(option.help)))
  end
  local argument <const> = (definition.arguments or {})[1]
  if argument and completer(argument) ~= "none" then
    out[#out + 1] = fish_line(condition, fish_value(argument))
  end
end

--- The script for fish.
---@return string
function M.fish()
  local out <const> = { "# fish completion for floe", "complete -c floe -f" }
  for _, definition in ipairs(visible()) do
    out[#out + 1] = fish_line("__fish_use_subcommand",
      (" -a %s -d %s"):format(definition.name, quote(definition.summary)))
  end
  for _, definition in ipairs(commands.all()) do
    if definition.run or definition.commands then
      fish_command(out, definition)
    end
  end
  return table.concat(out, "\n") .. "\n"
end

return M
