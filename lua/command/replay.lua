-- floe replay: judges again what the ledger recorded, and holds the verdicts against one another.
local document <const> = require "report.json"
local files <const> = require "host.files"
local json <const> = require "host.json"
local reach <const> = require "command.ledger.reach"
local replay <const> = require "evidence.replay"
local terminals <const> = require "terminal"

local M = {
  name = "replay",
  summary = "judge again what the ledger recorded, and compare the verdicts",
  description = [[
Takes an entry that `floe validate` left in the ledger, finds every file that was read by its digest - in the product's
folder, or in the commit that was checked out then - judges them again as on that day, and compares the verdict and all
findings with those that were recorded. They are the same, byte for byte, or what differs is told. What a compile
recorded is not judged again: it needs what dbt and a catalog said then.]],
  arguments = {
    { name = "entry", label = "ENTRY", required = true,
      help = "its number or its id, as `floe ledger list --format json` tells them" },
    reach.folder,
  },
  options = {
    { name = "vars", value = "YAML", help = "the variables that were given, which a ledger does not keep" },
    reach.option,
  },
  examples = {
    { "floe replay 12", "is the verdict of the twelfth entry what these files give?" },
  },
  exits = {
    [0] = "the same verdict", [1] = "another verdict, or there is no such entry",
    [2] = "misuse, or what was judged is not there any more", [4] = "the ledger cannot be read",
  },
}

local CACHE <const> = ".floe/cache"

local EXIT_DIFFERS <const>, EXIT_INPUT <const> = 1, 2

-- What a verdict comes to, as texts: the document, then its findings.
local function texts_of(verdict)
  local out <const> = { json.encode(require("evidence.record").frame(verdict)) }
  for index, finding in ipairs(verdict.findings) do
    out[index + 1] = json.encode(document.finding(finding))
  end
  return out
end

local function recorded(handle, entry, body)
  local out <const> = { json.encode(body.document) }
  local findings <const>, err <const> = handle:findings { id = entry.id, limit = entry.findings + 1 }
  if not findings then
    return nil, err
  end
  for index, finding in ipairs(findings) do
    out[index + 1] = finding.body
  end
  return out
end

local function print_difference(terminal, before, now)
  terminal:line(("%s another verdict: %s recorded, %s now"):format(terminal:paint("red", "✗"),
    terminals.count(#before - 1, "finding"), terminals.count(#now - 1, "finding")))
  local shown = 0
  for index = 1, math.max(#before, #now) do
    if before[index] ~= now[index] and shown < 5 then
      shown = shown + 1
      terminal:line("  recorded: " .. terminals.clean(before[index] or "nothing"))
      terminal:line("  now:      " .. terminals.clean(now[index] or "nothing"))
    end
  end
  return EXIT_DIFFERS
end

local function same(before, now)
  for index = 1, math.max(#before, #now) do
    if before[index] ~= now[index] then
      return false
    end
  end
  return true
end

local function compare(terminal, handle, entry, verdict)
  local body <const> = reach.body(entry)
  local before <const>, err <const> = recorded(handle, entry, body)
  if not before then
    return reach.fail(terminal, err)
  end
  local now <const> = texts_of(verdict)
  if not same(before, now) then
    return print_difference(terminal, before, now)
  end
  if not terminal.quiet then
    terminal:line(("%s the same verdict: %s, %s of %s"):format(terminal:paint("green", "✓"),
      terminals.clean(entry.verdict), terminals.count(#now - 1, "finding"), reach.moment(entry.at)))
  end
  return 0
end

local function inputs_of(handle, entry)
  if entry.inputs == "" then
    return nil, { code = "invalid", message = ("entry %d is no verdict, but a %s"):format(entry.seq, entry.kind),
      hint = "`floe ledger list --kind validate` shows what can be judged again" }
  end
  local text <const>, err <const> = handle:document(entry.inputs)
  local view <const> = text and require("host.document").parse(text, "what was read", { format = "json" })
  return view or nil, err or { code = "invalid", message = ("entry %d does not say what was read"):format(entry.seq) }
end

local function run(options, terminal, handle, entry)
  local inputs <const>, err <const> = inputs_of(handle, entry)
  if not inputs then
    return reach.fail(terminal, err)
  end
  local work <const> = files.join(options.folder or ".", CACHE, ("replay-%d"):format(require("host.system").pid))
  local verdict <const>, wrong <const> = replay.judge(entry, reach.body(entry), inputs, work, options.vars)
  files.remove_tree(work)
  if not verdict then
    terminal:fail(wrong)
    return EXIT_INPUT
  end
  return compare(terminal, handle, entry, verdict)
end

---@return integer
function M.run(options, terminal)
  return reach.with_entry(options, terminal, function(handle, entry)
    return run(options, terminal, handle, entry)
  end)
end

return M
