-- The program in Lua: finds the command, reads its options, runs it, and turns what went wrong into words and
-- an exit code. host/main.c calls the function this file returns.
local system <const> = require "host.system"
local terminal <const> = require "terminal"
local commands <const> = require "usage.commands"

-- The exit codes that no command decides for itself. A reader that goes away (a closed pipe) is no failure:
-- the command's own code stands.
local EXIT_USAGE <const>, EXIT_BUG <const>, EXIT_SIGNAL <const> = 2, 70, 128

local ALIASES <const> = { ["--version"] = "version", ["-V"] = "version", ["--help"] = "help", ["-h"] = "help" }

local function misuse(...)
  require("usage.parser").misuse(...)
end

local function unknown_command(word, names, definition)
  local title <const> = definition and commands.title(definition) or "floe"
  if word:sub(1, 1) == "-" then
    misuse(("'%s' does not take '%s'"):format(title, word), "Options stand behind the command.", definition)
  end
  local suggestion <const> = require("usage.parser").suggestion(word, names)
  misuse(("'%s' has no command '%s'%s"):format(title, word, suggestion), nil, definition)
end

-- The command that the first words name, and the words behind them.
local function find(args)
  local path <const> = {}
  local names, definition = commands.names, nil
  for index = 1, #args do
    local word <const> = index == 1 and ALIASES[args[1]] or args[index]
    path[index] = word
    local found <const> = commands.find({ table.unpack(path) })
    if not found then
      return definition, { table.unpack(args, index) }, names
    end
    definition, names = found, found.commands
    if not names then
      return definition, { table.unpack(args, index + 1) }
    end
  end
  return definition, {}, names
end

local function asks_for_help(words)
  for _, word in ipairs(words) do
    if word == "--" then
      return false
    elseif word == "--help" or word == "-h" then
      return true
    end
  end
  return false
end

local function run_command(definition, words, state)
  local options <const> = require("usage.parser").parse(definition, words)
  state.terminal = terminal.open(options)
  return definition.run(options, state.terminal)
end

local function run(args, state)
  local definition <const>, words <const>, names <const> = find(args)
  state.definition = definition
  if #args == 0 or definition and asks_for_help(words) or definition and not definition.run and #words == 0 then
    local help <const> = require "usage.help"
    state.terminal:write(definition and help.command(definition) or help.overview())
    return 0
  elseif not definition or not definition.run then
    unknown_command(words[1], names, definition)
  end
  return run_command(definition, words, state)
end

-- A misuse stays what it is; anything else that was raised is a bug, and keeps its trace.
local function keep(raised)
  if type(raised) == "table" and (raised.misuse or raised.interrupted) then
    return raised
  end
  local ok <const>, text <const> = pcall(tostring, raised)
  local trace <const> = debug and debug.traceback and debug.traceback("", 2) or ""
  return { bug = true, message = ok and text or "an error that cannot be shown", trace = trace }
end

local function explain_misuse(problem, state)
  local definition <const> = problem.definition or state.definition
  local title <const> = definition and commands.title(definition) or "floe"
  local hints <const> = { problem.hint }
  hints[#hints + 1] = ("'%s --help' shows what it takes."):format(title)
  state.terminal:fail({ message = problem.message, hint = table.concat(hints, "\n") })
  return EXIT_USAGE
end

local function explain_bug(problem, state)
  state.terminal:fail({
    message = "this is a bug in floe: " .. problem.message,
    hint = "Please report it with the command line and the output of 'floe env'.",
  })
  if state.terminal.verbose then
    state.terminal:complain(table.concat(terminal.lines(problem.trace), "\n"))
  end
  return EXIT_BUG
end

local function explain(problem, state)
  if problem.misuse then
    return explain_misuse(problem, state)
  elseif problem.interrupted then
    return EXIT_SIGNAL + system.interrupted()
  end
  return explain_bug(problem, state)
end

-- What happened to the streams while the command ran.
local function settle(exit, state)
  state.terminal:flush()
  local signal <const>, definition <const> = system.interrupted(), state.definition or {}
  if signal and not definition.ends_by_signal then
    state.terminal:complain(definition.interrupted or "Interrupted: nothing was judged to its end.")
    return EXIT_SIGNAL + signal
  elseif state.terminal.failure then
    local failure <const> = state.terminal.failure
    state.terminal:fail(failure)
    return math.max(exit, EXIT_USAGE)
  end
  return exit
end

---@param args string[] the words behind the program's name
---@return integer exit code
return function(args)
  -- A run is short and ends with its state: collecting less often costs memory for a moment and saves time.
  collectgarbage("incremental", 400)
  local state <const> = { terminal = terminal.open({}) }
  local ok <const>, result <const> = xpcall(run, keep, args, state)
  return settle(ok and result or explain(result, state), state)
end
