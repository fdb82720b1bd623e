-- floe ledger prune: takes the oldest entries out of a ledger.
local count <const> = require("terminal").count
local json <const> = require "host.json"
local reach <const> = require "command.ledger.reach"
local record <const> = require "evidence.record"
local system <const> = require "host.system"

local M = {
  name = "prune",
  summary = "take out the oldest entries",
  description = [[
Takes out the entries before a day, from the first one on, and adds an entry that says so, by whom, and with which
digest the rest begins: what is left still proves itself. A ledger that does not hold together is left as it is.]],
  arguments = { reach.folder },
  options = {
    { name = "before", value = "DATE", type = "date", help = "take out what is older than this day, in UTC" },
    { name = "keep", value = "DURATION", help = "take out what is older than this: 90d, 12w, 48h" },
    reach.option,
  },
  examples = {
    { "floe ledger prune --keep 90d", "keep what is younger than ninety days" },
    { "floe ledger export > 2025.jsonl && floe ledger prune --before 2026-01-01", "put a year aside first" },
  },
  exits = {
    [0] = "taken out, or there was nothing to take out", [2] = "misuse, or there is no ledger",
    [4] = "the ledger cannot be written", [5] = "the ledger does not hold together: nothing was taken out",
  },
}

-- The moment, in milliseconds since 1970, before which entries go.
local function moment_of(options)
  local misuse <const> = require("usage.parser").misuse
  if (options.before == nil) == (options.keep == nil) then
    misuse("what is to be taken out is not said", "Say --before DATE or --keep DURATION.")
  elseif options.before then
    return require("calendar").seconds(options.before) * 1000
  end
  local seconds <const> = require("evidence.rules").seconds(options.keep)
  if not seconds then
    misuse(("'%s' is no duration"):format(options.keep), "Write it as hours, days or weeks: 48h, 90d, 12w.")
  end
  return (system.time() - seconds) * 1000
end

---@return integer
function M.run(options, terminal)
  local before <const> = moment_of(options)
  local handle <close>, path <const> = reach.open(options, terminal)
  if not handle then
    return path
  end
  local entries <const>, findings <const> = handle:prune(before, json.encode(record.origin(options.folder or ".")))
  if not entries then
    return reach.fail(terminal, findings)
  end
  if not terminal.quiet then
    terminal:line(entries == 0 and ("nothing is older than %s"):format(reach.moment(before))
      or ("%s and %s before %s taken out"):format(count(entries, "entry", "entries"), count(findings, "finding"),
        reach.moment(before)))
  end
  return 0
end

return M
