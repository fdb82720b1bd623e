-- floe contract validate: is a contract's form right? What else policies ask of contracts, `floe validate` judges.
local clean <const> = require("terminal").clean
local count <const> = require("terminal").count
local place <const> = require("terminal").place
local inputs <const> = require "command.contract.inputs"

local EXIT_BLOCKED <const>, EXIT_USAGE <const> = 1, 2

local M = {
  name = "validate",
  summary = "check the form of data contracts",
  description = [[
Checks contracts against the standard that they name (ODCS 3.0, 3.1, 3.2) or against one of the two simpler forms, and
beyond that what a schema cannot say: references that lead somewhere, bounds in order, expressions that compile, service
levels that can be measured. It needs no product around them. 'floe validate' judges the contracts of a product with
all of its policies, this check among them.]],
  arguments = {
    { name = "paths", label = "CONTRACT…", many = true, complete = "file",
      help = "files, or folders with contracts (default: this folder)" },
  },
  options = {
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json" }, default = "text",
      help = "what is printed; `floe schema contract-problems` is the schema of the JSON" },
  },
  examples = {
    { "floe contract validate", "the contracts in this folder" },
    { "floe contract validate orders.odcs.yaml", "one file" },
    { "floe contract validate products/* --format json", "for another tool: every problem with its place" },
  },
  exits = { [0] = "all are right", [1] = "something is wrong", [2] = "misuse, or a file that is no YAML or JSON" },
}

local function problem_place(problem, path)
  local file <const>, line <const>, column <const> = require("host.document").place(problem)
  return { file = file or path, line = line, column = column }
end

local function print_problem(terminal, problem, source)
  terminal:line(("%s: %s [%s]"):format(place(problem_place(problem, source.path)), clean(problem.message),
    clean(problem.code)))
  if problem.expected then
    terminal:line("      Expected:   " .. clean(problem.expected))
  end
  if problem.actual then
    terminal:line("      Actual:     " .. clean(problem.actual))
  end
  for _, suggestion in ipairs(problem.suggestions) do
    terminal:line("      Suggestion: " .. clean(suggestion))
  end
end

local function print_text(terminal, list)
  local total = 0
  for _, source in ipairs(list) do
    total = total + #source.contract.problems
    for _, problem in ipairs(source.contract.problems) do
      print_problem(terminal, problem, source)
    end
    for _, note in ipairs(terminal.quiet and {} or source.notes) do
      terminal:line(("%s: note: %s"):format(place(note), clean(note.message)))
    end
    if #source.contract.problems == 0 and not terminal.quiet then
      terminal:line(("%s %s"):format(terminal:paint("green", "✓"), clean(source.path)))
    end
  end
  if not terminal.quiet then
    terminal:gap()
    terminal:line(total == 0 and ("%s, no problem"):format(count(#list, "contract"))
      or ("%s in %s"):format(count(total, "problem"), count(#list, "contract")))
  end
end

local function print_json(terminal, list)
  local json <const> = require "host.json"
  local function or_null(value)
    return value == nil and json.null or value
  end
  local rows <const> = {}
  for index, source in ipairs(list) do
    local problems <const> = {}
    for position, problem in ipairs(source.contract.problems) do
      local at <const> = problem_place(problem, source.path)
      problems[position] = json.object({
        { "code", problem.code }, { "message", problem.message }, { "path", or_null(problem.path) },
        { "expected", or_null(problem.expected) }, { "actual", or_null(problem.actual) },
        { "suggestions", problem.suggestions }, { "file", at.file }, { "line", or_null(at.line) },
        { "column", or_null(at.column) },
      })
    end
    rows[index] = json.object({
      { "file", source.path }, { "id", or_null(source.contract.id) }, { "name", or_null(source.contract.name) },
      { "form", source.contract.dialect }, { "ok", #problems == 0 }, { "problems", json.array(problems) },
    })
  end
  terminal:json(require("contract.reports").document("problems", rows))
end

---@return integer
function M.run(options, terminal)
  local list <const> = inputs.read(options.paths, terminal)
  if not list then
    return EXIT_USAGE
  end
  if options.format == "json" then
    print_json(terminal, list)
  else
    print_text(terminal, list)
  end
  for _, source in ipairs(list) do
    if #source.contract.problems > 0 then
      return EXIT_BLOCKED
    end
  end
  return 0
end

return M
