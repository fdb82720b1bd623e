-- floe ledger list: the entries of a ledger, or the findings in it, the newest first.
local columns <const> = require "columns"
local json <const> = require "host.json"
local reach <const> = require "command.ledger.reach"
local set <const> = require "floe.set"
local terminals <const> = require "terminal"

-- What a verdict may come to: that of an entry, and that of a finding in it.
local OF_ENTRIES <const> = { "pass", "warned", "alerted", "blocked", "error", "complete", "failed", "aborted",
  "cut off", "success", "fail", "warn", "skipped", "violated", "unknown" }
local OF_FINDINGS <const> = { "warn", "alert", "block", "waived", "baseline" }

local NODE <const> = "run.node"
local ENTRY_KINDS <const> = {
  "validate", "compile", "run.start", NODE, "run.verdict", "run.end", "check", "monitor.alert", "prune",
}

-- What is told there and not judged.
local UNJUDGED <const> = set.of { "run.start", NODE, "run.end", "monitor.alert", "prune" }

local M = {
  name = "list",
  summary = "list what was judged, the newest first",
  description = [[
Lists the entries of a product's ledger: when, what was done, for which product, what came of it and how many findings
there were. With --policy or --subject the findings themselves are listed, and with --findings those of all entries that
are asked for.]],
  arguments = { reach.folder },
  options = {
    { name = "kind", value = "KIND", type = "choice", choices = ENTRY_KINDS,
      help = "only entries of this kind (default: all but those of single nodes, run.node)" },
    { name = "run", value = "ID", help = "all entries of this run, which `floe ledger show` names" },
    { name = "verdict", value = "WORD",
      help = ("only what came to this. Entries: %s; findings: %s"):format(table.concat(OF_ENTRIES, ", "),
        table.concat(OF_FINDINGS, ", ")) },
    { name = "product", value = "ID", help = "only this product, in a ledger that several share" },
    { name = "since", value = "DATE", type = "date", help = "from this day on, in UTC" },
    { name = "until", value = "DATE", type = "date", help = "before this day" },
    { name = "policy", value = "ID", complete = "policy", help = "the findings of this policy" },
    { name = "subject", value = "ID", help = "the findings on this subject: model.shop.orders" },
    { name = "findings", help = "findings instead of entries" },
    { name = "limit", value = "N", type = "integer", minimum = 1, maximum = 1000000, default = 20,
      help = "how many, at most" },
    reach.option,
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json" }, default = "text",
      help = "what is printed" },
  },
  examples = {
    { "floe ledger list", "the last twenty entries" },
    { "floe ledger list --kind compile --verdict blocked --since 2026-11-01", "compiles that were blocked this month" },
    { "floe ledger list --policy naming.layer_prefix --limit 100", "what one policy has found" },
  },
  exits = {
    [0] = "listed", [2] = "misuse, or there is no ledger", [4] = "the ledger cannot be read",
  },
}

-- A word that nothing comes to would answer "0 entries" to a question that was mistyped.
local function check_verdict(word, words)
  for _, known in ipairs(words) do
    if word == nil or word == known then
      return
    end
  end
  require("usage.parser").misuse(("no %s comes to '%s'"):format(words == OF_ENTRIES and "entry" or "finding", word),
    ("It is one of: %s."):format(table.concat(words, ", ")))
end

local function query_of(options)
  local seconds <const> = require("calendar").seconds
  return {
    kind = options.kind, run = options.run, verdict = options.verdict, product = options.product,
    policy = options.policy, subject = options.subject,
    limit = options.limit + 1, -- one more tells whether there are more
    since = options.since and seconds(options.since) * 1000,
    ["until"] = options["until"] and seconds(options["until"]) * 1000,
  }
end

-- What an entry tells in a list, beside the ledger's own columns.
local function facts_of(entry)
  local body <const> = reach.body(entry)
  local origin <const> = body.origin or {}
  return origin.user, origin.commit, body.unique_id
end

-- Which promise an alert is about.
local function alerted(entry)
  local notice <const> = reach.body(entry).notice
  return notice and ("%s: %s"):format(notice.contract, notice.type)
end

-- Who did it and from which commit; of a node of a run, which one it is, and of an alert, what it is about.
local function entry_rows(entries)
  local rows <const> = {}
  for i, entry in ipairs(entries) do
    local user <const>, commit <const>, node <const> = facts_of(entry)
    rows[i] = {
      tostring(entry.seq), reach.moment(entry.at), entry.kind, entry.product ~= "" and entry.product or "-",
      entry.verdict ~= "" and entry.verdict or "-",
      UNJUDGED[entry.kind] and "-" or terminals.count(entry.findings, "finding"), user or "-",
      node or alerted(entry) or commit and commit:sub(1, 10) or "-",
    }
  end
  return rows
end

local function entry_objects(entries)
  local out <const> = {}
  for i, entry in ipairs(entries) do
    local user <const>, commit <const>, node <const> = facts_of(entry)
    out[i] = json.object {
      { "seq", entry.seq }, { "id", entry.id }, { "at", reach.moment(entry.at) }, { "kind", entry.kind },
      { "run", entry.run ~= "" and entry.run or json.null }, { "node", node or json.null },
      { "product", entry.product }, { "verdict", entry.verdict }, { "findings", entry.findings },
      { "user", user or json.null }, { "commit", commit or json.null }, { "hash", entry.hash },
    }
  end
  return json.array(out)
end

local function finding_rows(findings)
  local rows <const> = {}
  for i, found in ipairs(findings) do
    local body <const> = reach.body(found)
    rows[i] = { tostring(found.entry), found.verdict, found.policy, found.subject, body.message or "" }
  end
  return rows
end

local function finding_objects(findings)
  local out <const> = {}
  for i, found in ipairs(findings) do
    out[i] = json.object {
      { "entry", found.entry }, { "number", found.number }, { "policy", found.policy }, { "verdict", found.verdict },
      { "subject", found.subject }, { "finding", reach.body(found) },
    }
  end
  return json.array(out)
end

-- Entries, page by page where those of single nodes are left out: a run has thousands of them.
local function read_entries(handle, query)
  if query.kind or query.run or query.verdict then
    return handle:entries(query)
  end
  local out <const> = {}
  while true do
    local page <const>, err <const> = handle:entries(query)
    if not page then
      return nil, err
    end
    for _, entry in ipairs(page) do
      out[#out + 1] = entry.kind ~= NODE and #out < query.limit and entry or nil
    end
    if #out == query.limit or #page < query.limit then
      return out
    end
    query.before = page[#page].seq
  end
end

local function read_findings(handle, query)
  return handle:findings(query)
end

local KINDS <const> = {
  entries = { read = read_entries, rows = entry_rows, objects = entry_objects, noun = "entry", nouns = "entries" },
  findings = { read = read_findings, rows = finding_rows, objects = finding_objects, noun = "finding" },
}

---@return integer
function M.run(options, terminal)
  local name <const> = (options.findings or options.policy or options.subject) and "findings" or "entries"
  check_verdict(options.verdict, name == "entries" and OF_ENTRIES or OF_FINDINGS)
  local handle <close>, path <const> = reach.open(options, terminal)
  if not handle then
    return path
  end
  local kind <const> = KINDS[name]
  local found <const>, err <const> = kind.read(handle, query_of(options))
  if not found then
    return reach.fail(terminal, err)
  end
  local more <const> = found[options.limit + 1] ~= nil
  found[options.limit + 1] = nil
  if options.format == "json" then
    terminal:json(json.object {
      { "schema", "floe.dev/ledger-list/v1" }, { "ledger", path }, { name, kind.objects(found) },
    })
    return 0
  end
  columns.print(terminal, kind.rows(found))
  if not terminal.quiet then
    terminal:line((more and "%s of %s, the newest; --limit shows more" or "%s of %s"):format(
      terminals.count(#found, kind.noun, kind.nouns), terminals.clean(path)))
  end
  return 0
end

return M
