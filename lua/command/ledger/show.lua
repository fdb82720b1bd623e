-- floe ledger show: one entry with all that belongs to it.
local export <const> = require "command.ledger.export"
local json <const> = require "host.json"
local reach <const> = require "command.ledger.reach"
local terminals <const> = require "terminal"

local clean <const> = terminals.clean

local M = {
  name = "show",
  summary = "show one entry: its verdict, who judged, on what, and what was found",
  arguments = {
    { name = "entry", label = "ENTRY", required = true,
      help = "its number or its id, as `floe ledger list --format json` tells them" },
    reach.folder,
  },
  options = {
    reach.option,
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json" }, default = "text",
      help = "what is printed" },
  },
  examples = {
    { "floe ledger show 12", "the twelfth entry" },
    { "floe ledger show 12 --format json", "with its findings and every file that was read" },
  },
  exits = {
    [0] = "shown", [1] = "there is no such entry", [2] = "misuse, or there is no ledger",
    [4] = "the ledger cannot be read",
  },
}

local function print_field(terminal, name, value)
  if value ~= nil and value ~= json.null and value ~= "" then
    terminal:line(("  %-12s %s"):format(name .. ":", clean(value)))
  end
end

local function print_counts(terminal, counts)
  local parts <const> = {}
  for _, name in ipairs { "checks", "pass", "warn", "alert", "block", "waived", "baseline", "errors" } do
    parts[#parts + 1] = counts[name] and counts[name] ~= 0 and ("%s %d"):format(name, counts[name]) or nil
  end
  print_field(terminal, "Counts", table.concat(parts, ", "))
end

local SHOWN <const> = 20 -- findings, unless all are asked for

local function print_findings(terminal, handle, entry)
  local found <const>, err <const> = handle:findings {
    id = entry.id, limit = terminal.verbose and entry.findings or SHOWN,
  }
  if not found then
    return reach.fail(terminal, err)
  end
  for _, finding in ipairs(found) do
    local body <const> = reach.body(finding)
    terminal:line(("  %s %s: %s"):format(clean(finding.verdict), clean(finding.policy), clean(body.message or "")))
    terminal:line(("      %s"):format(clean(finding.subject)))
  end
  if #found < entry.findings then
    terminal:line(("  and %d more: --verbose shows them"):format(entry.findings - #found))
  end
  return 0
end

-- What an entry of the kind prune says.
local function print_pruned(terminal, body)
  if body.anchor ~= nil then
    print_field(terminal, "Taken out", ("%s with %s, before %s"):format(
      terminals.count(body.entries, "entry", "entries"), terminals.count(body.findings, "finding"),
      reach.moment(body.before)))
  end
end

local function time_of(seconds)
  return type(seconds) == "number" and terminals.duration(seconds) or nil
end

-- What a result of a check, or an alert about it, says: how it ended, where, and what was found.
local function sentence_of(result)
  local words <const> = {}
  for _, name in ipairs { "status", "contract", "type", "message" } do
    words[#words + 1] = result[name] ~= json.null and result[name] or nil
  end
  return table.concat(words, "  ")
end

-- What the kinds of entries say beside what all of them may have.
local OF_KIND <const> = {
  prune = print_pruned,

  ["run.start"] = function(terminal, body)
    print_field(terminal, "Attempt", body.attempt)
    print_field(terminal, "Goes on", body.retry_of)
    print_field(terminal, "Artifact", body.artifact)
    print_field(terminal, "Trace", body.trace)
  end,

  ["run.node"] = function(terminal, body)
    print_field(terminal, "Node", body.unique_id)
    print_field(terminal, "Took", time_of(body.seconds))
    print_field(terminal, "Rows", body.rows)
    print_field(terminal, "Failures", body.failures)
    print_field(terminal, "Message", body.message)
  end,

  ["run.end"] = function(terminal, body)
    print_field(terminal, "Exit code", body.exit)
    print_field(terminal, "Took", time_of(body.seconds))
    print_field(terminal, "Message", body.message)
  end,

  check = function(terminal, body)
    for _, result in ipairs(body.results or {}) do
      print_field(terminal, "Check", sentence_of(result))
    end
  end,

  ["monitor.alert"] = function(terminal, body)
    local notice <const> = body.notice or {}
    print_field(terminal, "Alert", sentence_of(notice))
    print_field(terminal, "Priority", notice.priority)
  end,
}

local function title_of(entry)
  local title <const> = ("%d %s %s"):format(entry.seq, clean(entry.kind), clean(entry.product)):gsub(" $", "")
  return entry.verdict == "" and title or ("%s: %s"):format(title, clean(entry.verdict))
end

local function print_text(terminal, handle, entry)
  local body <const> = reach.body(entry)
  local origin <const>, verdict <const> = body.origin or {}, body.document or {}
  local words <const> = {}
  for _, word in ipairs(origin.arguments or {}) do
    words[#words + 1] = word
  end
  terminal:line(terminal:paint("bold", title_of(entry)))
  print_field(terminal, "At", reach.moment(entry.at))
  print_field(terminal, "By", origin.user and ("%s on %s"):format(origin.user, origin.host))
  print_field(terminal, "Folder", origin.folder)
  print_field(terminal, "Command", #words > 0 and "floe " .. table.concat(words, " ") or nil)
  print_field(terminal, "Commit", origin.commit)
  print_field(terminal, "Branch", origin.branch)
  print_field(terminal, "As of", verdict.as_of)
  for _, platform in ipairs(verdict.platform or {}) do
    print_field(terminal, "Platform", ("%s %s (%s)"):format(platform.name, platform.version, platform.digest))
  end
  print_counts(terminal, verdict.counts or {})
  if OF_KIND[entry.kind] then
    OF_KIND[entry.kind](terminal, body)
  end
  print_field(terminal, "Id", entry.id)
  print_field(terminal, "Run", entry.run)
  print_field(terminal, "Inputs", entry.inputs)
  print_field(terminal, "Hash", entry.hash)
  return print_findings(terminal, handle, entry)
end

local function print_json(terminal, handle, entry)
  local whole <const>, wrong <const> = export.whole(handle, entry)
  if not whole then
    return reach.fail(terminal, wrong)
  end
  terminal:json(whole)
  return 0
end

---@return integer
function M.run(options, terminal)
  return reach.with_entry(options, terminal, function(handle, entry)
    return (options.format == "json" and print_json or print_text)(terminal, handle, entry)
  end)
end

return M
