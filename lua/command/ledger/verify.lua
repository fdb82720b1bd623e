-- floe ledger verify: whether a ledger still says what it said.
local clean <const> = require("terminal").clean
local count <const> = require("terminal").count
local json <const> = require "host.json"
local reach <const> = require "command.ledger.reach"

local M = {
  name = "verify",
  summary = "prove that no entry was changed, taken out or put in",
  description = [[
Computes the digests of all entries, their findings and what they read anew, and compares them with those that were
written with them. Each entry holds the digest of the one before it: what is changed anywhere shows. That entries at the
end were cut off shows only against a digest that was noted elsewhere: note the head that is printed, and hand it to
--head the next time.]],
  arguments = { reach.folder },
  options = {
    { name = "head", value = "DIGEST", help = "the digest of an entry, noted earlier, "
      .. "which must still be there, or be that of the last one that was taken out" },
    reach.option,
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json" }, default = "text",
      help = "what is printed" },
  },
  examples = {
    { "floe ledger verify", "the ledger of this product" },
    { "floe ledger verify --head sha256:418a…", "and whether what was noted is still in it" },
  },
  exits = {
    [0] = "it holds together", [2] = "misuse, or there is no ledger", [4] = "the ledger cannot be read",
    [5] = "something was changed",
  },
}

local function print_json(terminal, path, report, problem)
  terminal:json(json.object {
    { "schema", "floe.dev/ledger-verification/v1" }, { "ledger", path }, { "ok", problem == nil },
    { "entries", report.entries }, { "findings", report.findings }, { "first", report.first },
    { "last", report.last }, { "head", report.head ~= "" and report.head or json.null },
    { "head_taken_out_by", report.head_taken_out or json.null }, { "problem", problem or json.null },
  })
end

local function print_text(terminal, path, report, problem)
  if problem then
    terminal:fail({
      message = ("the ledger '%s' does not hold together: %s"):format(path, problem),
      hint = "keep the file as it is, and look at who may write it; an earlier export tells what it said",
    })
  elseif not terminal.quiet then
    terminal:line(("%s %s with %s hold together"):format(terminal:paint("green", "✓"),
      count(report.entries, "entry", "entries"), count(report.findings, "finding")))
    terminal:line("  Head: " .. clean(report.head ~= "" and report.head or "none"))
    if report.head_taken_out and not report.head_found then
      terminal:line(("  Noted: all up to that entry was taken out, as entry %d says"):format(report.head_taken_out))
    end
  end
end

---@return integer
function M.run(options, terminal)
  if options.head and not options.head:find("^sha256:" .. ("%x"):rep(64) .. "$") then
    require("usage.parser").misuse(("'%s' is no digest"):format(options.head),
      "Hand it the head that an earlier `floe ledger verify` printed: sha256:…")
  end
  local handle <close>, path <const> = reach.open(options, terminal)
  if not handle then
    return path
  end
  local report <const>, err <const> = handle:verify(options.head)
  if not report then
    return reach.fail(terminal, err)
  end
  local problem = report.problem
  if not problem and options.head and not report.head_found and not report.head_taken_out then
    problem = ("the entry with the digest %s is gone"):format(options.head)
  end
  local print <const> = options.format == "json" and print_json or print_text
  print(terminal, path, report, problem)
  return problem and reach.EXIT_TRUST or 0
end

return M
