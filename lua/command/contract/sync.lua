-- floe contract sync: writes what a contract says into the dbt project's properties files, in place.
local clean <const> = require("terminal").clean
local count <const> = require("terminal").count
local place <const> = require("terminal").place
local files <const> = require "host.files"

local EXIT_BLOCKED <const>, EXIT_USAGE <const> = 1, 2

local M = {
  name = "sync",
  summary = "write what a data contract says into dbt's properties files",
  description = [[
For every table of the contract that a model of the dbt project makes: sets the descriptions of table and columns, the
columns' types and classifications, adds the tests that the contract asks for (not_null, unique, accepted_values) and
columns that are missing. Comments, quotes, blank lines, line endings and order stay as they are; nothing is ever taken
out, and a description that calls doc() is left alone, as is one that differs only in where its lines break.

A model that no file describes gets an entry in the file of its folder's other models, else a file of its own, beside
it. A table that is one version of a model (orders_v2; orders is the latest) is written to that version's entry; what
the versions share is changed only where no other version has it.

What cannot be written safely is refused and told, for you to write: accepted values that differ, anchors and aliases,
values in odd places, files that are read-only or lead out of the repository. What is about to be written is read again:
it says what it should, or is not written.]],
  arguments = {
    { name = "contract", label = "CONTRACT", complete = "file",
      help = "a file, or a contract's name or id (default: the only one in this folder)" },
  },
  options = require("usage.reading").options {
    { name = "project", value = "DIR", complete = "directory",
      help = "the product's or the dbt project's folder (default: this folder)" },
    { name = "dry-run", help = "print the difference, and write nothing" },
  },
  examples = {
    { "floe contract sync --dry-run", "see first" },
    { "floe contract sync", "write" },
    { "floe contract sync contracts/orders.odcs.yaml --project transform", "another project" },
  },
  exits = {
    [0] = "all is written, or would be", [1] = "something was refused", [2] = "misuse, or something cannot be read",
  },
}

local function print_difference(terminal, file)
  local colours <const> = { ["+"] = "green", ["-"] = "red", ["@"] = "cyan" }
  for _, line in ipairs(require("difference").lines(file.before, file.after, file.path)) do
    local colour <const> = colours[line:sub(1, 1)]
    terminal:line(colour and terminal:paint(colour, clean(line)) or clean(line))
  end
end

local function print_changes(terminal, file)
  terminal:line(terminal:paint("bold", clean(file.path)) .. (file.before and "" or " (new)"))
  for _, change in ipairs(file.changes) do
    terminal:line("  " .. clean(change))
  end
end

local function print_refused(terminal, plan)
  for _, one in ipairs(plan.refused) do
    local at <const> = place(one)
    terminal:complain(("refused: %s%s"):format(at ~= "" and at .. ": " or "", clean(one.message)))
  end
end

local function write_all(terminal, plan)
  for _, file in ipairs(plan.files) do
    if files.read(file.path) ~= file.before then
      terminal:fail({ message = ("'%s' was changed meanwhile: nothing is written to it"):format(file.path),
        hint = "Run the command again." })
      return false
    end
    local ok <const>, err <const> = files.write(file.path, file.after)
    if not ok then
      terminal:fail(err)
      return false
    end
  end
  return true
end

local function print_total(terminal, plan, dry)
  local changes = 0
  for _, file in ipairs(plan.files) do
    changes = changes + #file.changes
  end
  if changes == 0 then
    terminal:line(#plan.refused == 0 and "The properties files say what the contract says." or "Nothing was written.")
  else
    terminal:line(("%s in %s%s"):format(count(changes, "change"), count(#plan.files, "file"),
      dry and ", not written" or ""))
  end
end

---@return integer
function M.run(options, terminal)
  local projects <const> = require "phase.project"
  local source <const> = require("command.contract.show").find(options.contract, terminal)
  if not source then
    return EXIT_USAGE
  end
  local loading <const> = projects.open(options.project or ".")
  local loaded <const>, problems <const> = projects.need(loading, require("usage.reading").of(options))
  if not loaded then
    terminal:fail_all(problems)
    return EXIT_USAGE
  end
  local plan <const> = require("contract.sync.plan").make(source.normal, loaded.project, source.contract)
  if not options.dry_run and not write_all(terminal, plan) then
    return EXIT_USAGE
  end
  for _, file in ipairs(plan.files) do
    if options.dry_run then
      print_difference(terminal, file)
    elseif not terminal.quiet then
      print_changes(terminal, file)
    end
  end
  if not terminal.quiet then
    terminal:gap()
    print_total(terminal, plan, options.dry_run)
  end
  print_refused(terminal, plan)
  return #plan.refused > 0 and EXIT_BLOCKED or 0
end

return M
