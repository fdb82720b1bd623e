-- floe waivers: who permitted what, until when, and whether it is still needed.
local clean <const> = require("terminal").clean
local system <const> = require "host.system"

local DAY <const> = 86400

local M = {
  name = "waivers",
  summary = "list the waivers that apply, and those that expire or are not needed",
  description = [[
Waivers are granted by platform manifests. Judges the products, and says of each waiver until when it holds, how many
findings it permits, and whether it is expired or unused. An expired waiver permits nothing. With --unused and
--expiring, those are listed for which either is true.]],
  arguments = {
    { name = "folders", label = "DIR…", many = true, complete = "directory",
      help = "folders with a floe.yaml (default: the current folder)" },
  },
  options = require("usage.reading").options {
    { name = "unused", help = "only waivers that permit nothing in these folders" },
    { name = "expiring", value = "DAYS", type = "integer", minimum = 0, maximum = 36500,
      help = "only waivers that expire within so many days, or have expired" },
    { name = "as-of", value = "DATE", type = "date", help = "as on this day" },
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json" }, default = "text",
      help = "what is printed" },
  },
  examples = {
    { "floe waivers", "all that apply here" },
    { "floe waivers --expiring 30", "what will block within a month" },
    { "floe waivers --unused products/*", "what no product needs any more" },
    { "floe waivers --unused --expiring 30", "all that somebody has to look at" },
  },
  exits = {
    [0] = "listed", [2] = "misuse, or an input that cannot be judged", [3] = "a policy failed to run",
    [4] = "an outside system failed",
  },
}

-- Waivers of all verdicts, each once, with what it permits in all of them.
local function collect(verdicts)
  local words <const> = require "report.verdicts"
  local list <const>, seen <const> = {}, {}
  for _, verdict in ipairs(verdicts) do
    for _, waiver in ipairs(verdict.waivers) do
      local file <const> = words.file(verdict, waiver)
      local key <const> = ("%s:%s"):format(require("host.files").absolute(file or ""), waiver.line)
      local known <const> = seen[key]
      if known then
        known.used, known.hidden = known.used + waiver.used, known.hidden + waiver.hidden
      else
        waiver.file = file
        seen[key] = waiver
        list[#list + 1] = waiver
      end
    end
  end
  return list
end

local function seconds_of(date)
  local year <const>, month <const>, day <const> = date:match("^(%d+)-(%d+)-(%d+)$")
  return os.time({ year = tonumber(year), month = tonumber(month), day = tonumber(day), hour = 12 })
end

-- Whole days from the day of the run to the last day on which a waiver holds.
local function days_left(waiver, as_of)
  return (seconds_of(waiver.expires) - seconds_of(as_of) + DAY // 2) // DAY
end

local function is_chosen(options, waiver)
  if not options.unused and not options.expiring then
    return true
  end
  return (options.unused and waiver.used == 0 and not waiver.for_runs)
    or (options.expiring ~= nil and waiver.days <= options.expiring)
end

local function state_of(waiver)
  if waiver.expired then
    return "expired"
  end
  return waiver.used == 0 and not waiver.for_runs and "unused" or "active"
end

local function print_waiver(terminal, waiver)
  local colours <const> = { expired = "red", unused = "yellow", active = "green" }
  local term <const> = require "terminal"
  local permits = "permits nothing"
  if waiver.used > 0 then
    permits = (waiver.action == "downgrade" and "downgrades " or "permits ") .. term.count(waiver.used, "finding")
  elseif waiver.hidden > 0 then
    permits = ("%s came back"):format(term.count(waiver.hidden, "finding"))
  elseif waiver.for_runs then
    permits = "permits what runs and checks find"
  end
  local left <const> = waiver.expired and ("expired on %s"):format(waiver.expires)
    or ("until %s (%s)"):format(waiver.expires, term.count(waiver.days, "day"))
  terminal:line(("%s: %s  %s  %s"):format(term.place(waiver), terminal:paint(colours[waiver.state], waiver.state),
    clean(waiver.policy), clean(waiver.subject)))
  terminal:line(("      %s, %s"):format(left, permits))
  local ticket <const> = waiver.ticket and " (" .. clean(waiver.ticket) .. ")" or ""
  terminal:line(("      approved by %s%s: %s"):format(clean(waiver.approved_by), ticket, clean(waiver.reason)))
end

local KEYS <const> = {
  "policy", "subject", "action", "state", "expires", "days", "used", "hidden", "reason", "approved_by", "ticket",
  "file", "line",
}

local function print_json(terminal, list)
  local json <const> = require "host.json"
  local rows <const> = {}
  for _, waiver in ipairs(list) do
    local row <const> = {}
    for _, key in ipairs(KEYS) do
      local value <const> = waiver[key]
      row[#row + 1] = { key, value == nil and json.null or value }
    end
    rows[#rows + 1] = json.object(row)
  end
  terminal:json(json.object({
    { "schema", "floe.dev/waivers/v1" }, { "waivers", json.array(rows) },
  }))
end

local function print_text(terminal, list, total)
  for _, waiver in ipairs(list) do
    print_waiver(terminal, waiver)
  end
  if not terminal.quiet then
    local count <const> = require("terminal").count
    terminal:line(#list == total and count(total, "waiver") or ("%d of %s"):format(#list, count(total, "waiver")))
  end
end

---@return integer
function M.run(options, terminal)
  local requests <const> = require "request"
  local request <const> = requests.of(options)
  local verdicts <const>, exit <const> = requests.judge(request, terminal)
  if not verdicts then
    return exit
  end
  local all <const>, list <const> = collect(verdicts), {}
  for _, waiver in ipairs(all) do
    waiver.days = days_left(waiver, request.as_of)
    waiver.state = state_of(waiver)
    if is_chosen(options, waiver) then
      list[#list + 1] = waiver
    end
  end
  if options.format == "json" then
    print_json(terminal, list)
  else
    print_text(terminal, list, #all)
  end
  return system.interrupted() and exit or 0
end

return M
