-- floe waivers: who permitted what, until when, and whether it is still needed; and which runs were approved.
local clean <const> = require("terminal").clean
local system <const> = require "host.system"

local DAY <const> = 86400

local M = {
  name = "waivers",
  summary = "list the waivers and approvals that apply, and those that expire or are not needed",
  description = [[
Waivers are granted by platform manifests. Judges the products, and says of each waiver until when it holds, how many
findings it permits, and whether it is expired or unused. An expired waiver permits nothing. Approvals of runs
(governance.approvals) follow: one is active, expired, still to come, or for another version than the product's. With
--unused and --expiring, those are listed for which either is true.]],
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

-- The approvals of all products: one that is for several of them stands for each.
local function approvals_of(verdicts)
  local words <const> = require "report.verdicts"
  local list <const> = {}
  for _, verdict in ipairs(verdicts) do
    for _, approval in ipairs(verdict.approvals) do
      approval.file, approval.id = words.file(verdict, approval), verdict.product.id
      approval.actual = verdict.product.version
      list[#list + 1] = approval
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

local COLOURS <const> = {
  expired = "red", unused = "yellow", active = "green", ["other version"] = "yellow", ["to come"] = "yellow",
}

local function until_when(granted)
  local count <const> = require("terminal").count
  return granted.days < 0 and ("expired on %s"):format(granted.expires)
    or ("until %s (%s)"):format(granted.expires, count(granted.days, "day"))
end

-- What waivers and approvals have alike: where they stand, what for, until when, and by whom.
local function print_granted(terminal, granted, what, more)
  local ticket <const> = granted.ticket and " (" .. clean(granted.ticket) .. ")" or ""
  terminal:line(("%s: %s  %s"):format(require("terminal").place(granted),
    terminal:paint(COLOURS[granted.state], granted.state), what))
  terminal:line(("      %s, %s"):format(until_when(granted), more))
  terminal:line(("      approved by %s%s: %s"):format(clean(granted.approved_by), ticket, clean(granted.reason)))
end

local function print_approval(terminal, approval)
  local version <const> = approval.version and "version " .. clean(approval.version) or "every version"
  local is_other <const> = approval.state == "other version"
  print_granted(terminal, approval, ("%s may run in %s"):format(clean(approval.id),
    clean(table.concat(approval.environments, ", "))),
    version .. (is_other and (", and this is %s"):format(clean(approval.actual or "none")) or "")
    .. (approval.state == "to come" and (", from %s"):format(approval.from) or ""))
end

local function print_waiver(terminal, waiver)
  local term <const> = require "terminal"
  local permits = "permits nothing"
  if waiver.used > 0 then
    permits = (waiver.action == "downgrade" and "downgrades " or "permits ") .. term.count(waiver.used, "finding")
  elseif waiver.hidden > 0 then
    permits = ("%s came back"):format(term.count(waiver.hidden, "finding"))
  elseif waiver.for_runs then
    permits = "permits what runs and checks find"
  end
  print_granted(terminal, waiver, ("%s  %s"):format(clean(waiver.policy), clean(waiver.subject)), permits)
end

local KEYS <const> = {
  "policy", "subject", "action", "state", "expires", "days", "used", "hidden", "reason", "approved_by", "ticket",
  "file", "line",
}

local APPROVAL_KEYS <const> = {
  "id", "product", "environments", "state", "version", "from", "expires", "days", "reason", "approved_by", "ticket",
  "file", "line",
}

local function rows_of(list, keys)
  local json <const> = require "host.json"
  local rows <const> = {}
  for index, granted in ipairs(list) do
    local row <const> = {}
    for number, key in ipairs(keys) do
      local value <const> = granted[key]
      row[number] = { key, value == nil and json.null or type(value) == "table" and json.array(value) or value }
    end
    rows[index] = json.object(row)
  end
  return json.array(rows)
end

local function print_json(terminal, waivers, approvals)
  terminal:json(require("host.json").object({
    { "schema", "floe.dev/waivers/v1" }, { "waivers", rows_of(waivers, KEYS) },
    { "approvals", rows_of(approvals, APPROVAL_KEYS) },
  }))
end

local function counted(shown, total, word)
  local count <const> = require("terminal").count
  return shown == total and count(total, word) or ("%d of %s"):format(shown, count(total, word))
end

local function print_text(terminal, waivers, approvals, totals)
  for _, waiver in ipairs(waivers) do
    print_waiver(terminal, waiver)
  end
  for _, approval in ipairs(approvals) do
    print_approval(terminal, approval)
  end
  if not terminal.quiet then
    local more <const> = totals.approvals > 0 and ", " .. counted(#approvals, totals.approvals, "approval") or ""
    terminal:line(counted(#waivers, totals.waivers, "waiver") .. more)
  end
end

-- Those of a list that were asked for, with how many days they have left.
local function chosen_of(all, options, as_of, state)
  local out <const> = {}
  for _, granted in ipairs(all) do
    granted.days = days_left(granted, as_of)
    granted.state = granted.state or state(granted)
    out[#out + 1] = is_chosen(options, granted) and granted or nil
  end
  return out
end

---@return integer
function M.run(options, terminal)
  local requests <const> = require "request"
  local request <const> = requests.of(options)
  local verdicts <const>, exit <const> = requests.judge(request, terminal)
  if not verdicts then
    return exit
  end
  local all <const>, approved <const> = collect(verdicts), approvals_of(verdicts)
  local waivers <const> = chosen_of(all, options, request.as_of, state_of)
  local approvals <const> = chosen_of(approved, options, request.as_of)
  if options.format == "json" then
    print_json(terminal, waivers, approvals)
  else
    print_text(terminal, waivers, approvals, { waivers = #all, approvals = #approved })
  end
  return system.interrupted() and exit or 0
end

return M
