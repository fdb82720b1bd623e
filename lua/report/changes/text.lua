-- Changes of contracts for people at a terminal.
local module <const> = require "terminal"
local words <const> = require "report.changes.words"

local M = {}

local clean <const> = module.clean
local COLOURS <const> = { major = "red", minor = "yellow", patch = "dim" }
local WIDTH <const> = 5

local function print_head(terminal, entry)
  local name <const> = clean(entry.name)
  local id <const> = entry.id ~= entry.name and (" (%s)"):format(clean(entry.id)) or ""
  terminal:line(terminal:paint("bold", name) .. id .. "  " .. clean(words.versions(entry)))
end

local function places_of(one)
  local old <const>, new <const> = one.old_place, one.new_place
  if not old or not new then
    return module.place(new or old or {})
  end
  return ("%s (was %s)"):format(module.place(new), module.place(old))
end

local function print_change(terminal, one)
  local label <const> = terminal:paint(COLOURS[one.bump], one.bump:upper() .. (" "):rep(WIDTH - #one.bump))
  terminal:line(("  %s  %s"):format(label, clean(one.message)))
  local indent <const> = (" "):rep(WIDTH + 4)
  local places <const> = places_of(one)
  if places ~= "" then
    terminal:line(indent .. terminal:paint("dim", places))
  end
  if one.step and not terminal.quiet then
    terminal:line(indent .. "→ " .. clean(one.step))
  end
end

local function print_changes(terminal, entry)
  local by_bump <const> = words.by_bump(entry)
  for _, bump in ipairs(words.bumps) do
    for _, one in ipairs(by_bump[bump]) do
      print_change(terminal, one)
    end
  end
end

local function needs(terminal, entry)
  local required <const> = words.required(entry)
  if required then
    local bump <const> = entry.comparison.bump
    terminal:line(("  needs %s%s"):format(terminal:paint(COLOURS[bump], bump:upper()),
      entry.new.normal.version ~= required and (": " .. clean(required)) or ""))
  end
end

--- Prints what changed.
---@param entries floe.contract.entry[]
---@param terminal terminal
function M.diff(entries, terminal)
  for _, entry in ipairs(entries) do
    if #entry.comparison.changes > 0 or not entry.old or not entry.new then
      terminal:gap()
      print_head(terminal, entry)
      print_changes(terminal, entry)
      needs(terminal, entry)
    end
  end
  if not terminal.quiet then
    terminal:gap()
    terminal:line(words.totals(entries))
  end
end

local function print_problem(terminal, problem)
  terminal:line(("  %s %s [%s]"):format(terminal:paint("red", "✗"), clean(problem.message), problem.code))
  local place <const> = module.place(problem)
  if place ~= "" then
    terminal:line("      " .. terminal:paint("dim", place))
  end
  for _, one in ipairs(problem.changes or {}) do
    print_change(terminal, one)
  end
  for _, line in ipairs(module.lines(problem.hint or "")) do
    terminal:line("      " .. line)
  end
end

local function print_accepted(terminal, accepted)
  local one <const> = accepted.acceptance
  terminal:line(("  %s %s"):format(terminal:paint("yellow", "!"), clean(accepted.change.message)))
  terminal:line(("      accepted by %s%s: %s"):format(clean(one.approved_by),
    one.ticket and (" (%s)"):format(clean(one.ticket)) or "", clean(one.reason)))
  terminal:line("      " .. terminal:paint("dim", module.place(one)))
end

local function print_check(terminal, entry)
  local check <const> = entry.check
  for _, problem in ipairs(check.problems) do
    print_problem(terminal, problem)
  end
  for _, accepted in ipairs(check.accepted) do
    print_accepted(terminal, accepted)
  end
  if check.ok and not terminal.quiet then
    local made <const> = check.made == "none" and "the version is the same" or ("a new %s was made"):format(
      check.made:upper())
    local needed <const> = check.needed == "none" and "nothing changed" or ("%s is needed"):format(check.needed:upper())
    terminal:line(("  %s %s, %s"):format(terminal:paint("green", "✓"), needed, made))
  end
  for _, note in ipairs(terminal.quiet and {} or check.notes) do
    terminal:line("      " .. clean(note))
  end
end

--- Prints whether the versions say what changed.
---@param entries floe.contract.entry[]
---@param terminal terminal
function M.versions(entries, terminal)
  local failed = 0
  for _, entry in ipairs(entries) do
    local ok <const> = entry.check and entry.check.ok or not entry.check and entry.new ~= nil
    failed = failed + (ok and 0 or 1)
    if not ok or not terminal.quiet then
      terminal:gap()
      print_head(terminal, entry)
      if entry.check then
        print_check(terminal, entry)
      elseif not entry.new then
        terminal:line(("  %s the contract is gone: consumers rely on it; retire it with status and dates"):format(
          terminal:paint("red", "✗")))
      end
    end
  end
  if not terminal.quiet then
    terminal:gap()
    local count <const> = module.count(#entries, "contract")
    terminal:line(failed == 0 and ("%s: the versions say what changed"):format(count)
      or ("%d of %s: the version does not say what changed"):format(failed, count))
  end
end

return M
