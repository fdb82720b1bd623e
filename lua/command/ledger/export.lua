-- floe ledger export: a ledger as JSON lines.
local document <const> = require "host.document"
local json <const> = require "host.json"
local reach <const> = require "command.ledger.reach"

local M = {
  name = "export",
  summary = "print all entries as JSON, a line each, the oldest first",
  description = [[
Prints every entry with its findings and the list of what was read, a JSON document a line, the oldest first. The
digests are those of the ledger, so that an export can be held against it later.]],
  arguments = { reach.folder },
  options = {
    { name = "since", value = "DATE", type = "date", help = "from this day on, in UTC" },
    { name = "until", value = "DATE", type = "date", help = "before this day" },
    reach.option,
  },
  examples = {
    { "floe ledger export > ledger.jsonl", "all of it" },
    { "floe ledger export --since 2026-10-01 --until 2026-11-01 | gzip > october.jsonl.gz", "a month" },
  },
  exits = {
    [0] = "printed", [2] = "misuse, or there is no ledger", [4] = "the ledger cannot be read",
  },
}

local PAGE <const> = 500

-- The numbers of the entries that are asked for, the oldest first: entries are read newest first, page by page.
local function numbers_of(handle, options)
  local seconds <const> = require("calendar").seconds
  local query <const> = {
    limit = PAGE, since = options.since and seconds(options.since) * 1000,
    ["until"] = options["until"] and seconds(options["until"]) * 1000,
  }
  local numbers <const> = {}
  repeat
    local page <const>, err <const> = handle:entries(query)
    if not page then
      return nil, err
    end
    for _, entry in ipairs(page) do
      numbers[#numbers + 1] = entry.seq
    end
    query.before = numbers[#numbers]
  until #page < PAGE
  return numbers
end

local function findings_of(handle, entry)
  local found <const>, err <const> = handle:findings { id = entry.id, limit = entry.findings + 1 }
  if not found then
    return nil, err
  end
  local out <const> = {}
  for index, finding in ipairs(found) do
    out[index] = reach.body(finding)
  end
  return json.array(out)
end

local function inputs_of(handle, entry)
  local text <const>, err <const> = handle:document(entry.inputs)
  if not text then
    return json.null, err
  end
  return document.parse(text, "what was read", { format = "json" }) or json.null
end

--- An entry with all that belongs to it.
---@param handle any
---@param entry table
---@return table?
---@return table? err
function M.whole(handle, entry)
  local findings <const>, err <const> = findings_of(handle, entry)
  if not findings then
    return nil, err
  end
  local inputs <const>, wrong <const> = inputs_of(handle, entry)
  if wrong then
    return nil, wrong
  end
  return json.object {
    { "seq", entry.seq }, { "id", entry.id }, { "at", reach.moment(entry.at) }, { "kind", entry.kind },
    { "run", entry.run ~= "" and entry.run or json.null }, { "product", entry.product }, { "verdict", entry.verdict },
    { "body", reach.body(entry) }, { "findings", findings }, { "inputs", inputs },
    { "previous", entry.previous }, { "hash", entry.hash },
  }
end

---@return integer
function M.run(options, terminal)
  local handle <close>, path <const> = reach.open(options, terminal)
  if not handle then
    return path
  end
  local numbers <const>, err <const> = numbers_of(handle, options)
  if not numbers then
    return reach.fail(terminal, err)
  end
  for index = #numbers, 1, -1 do
    local found <const>, failure <const> = handle:entries { before = numbers[index] + 1, limit = 1 }
    local whole, wrong
    if found and found[1] then -- one that another takes out meanwhile is none any more
      whole, wrong = M.whole(handle, found[1])
    end
    if failure or wrong then
      return reach.fail(terminal, failure or wrong)
    elseif whole then
      terminal:write(json.encode(whole) .. "\n")
    end
  end
  return 0
end

return M
