-- floe evidence flush: sends what waits in the spool.
local clean <const> = require("terminal").clean
local count <const> = require("terminal").count
local files <const> = require "host.files"
local json <const> = require "host.json"
local reach <const> = require "command.evidence.reach"
local sender <const> = require "evidence.sender"
local spools <const> = require "evidence.spool"

local M = {
  name = "flush",
  summary = "send what waits for lineage, telemetry and alerts",
  description = [[
Sends the events that wait below .floe/evidence, because their backend was down or slow when they came to be. Where to,
the platform says that the product was run with, and the variables of the environment (OPENLINEAGE_*, OTEL_* …), which
must be set as they were then. What a backend cannot take now stays, and is tried again until --wait is over; what it
refuses for ever is put aside in refused.log of its folder.]],
  arguments = { reach.folder },
  options = {
    { name = "wait", value = "SECONDS", type = "integer", minimum = 0, maximum = 86400, default = 30,
      help = "how long it is tried, at most" },
    { name = "format", value = "FORMAT", type = "choice", choices = { "text", "json" }, default = "text",
      help = "what is printed" },
  },
  examples = {
    { "floe evidence flush", "send what waits" },
    { "floe evidence flush --wait 600", "and try for ten minutes" },
  },
  exits = {
    [0] = "nothing waits any more", [2] = "misuse, or nothing says where events are to be sent",
    [4] = "a backend is not reached or takes nothing: events still wait",
  },
  tells = true,
}

local EXIT_USAGE <const>, EXIT_OUTSIDE <const> = 2, 4

-- What was sent and what is left, by destination and in its order.
local function merge(results, waiting, known)
  local out <const>, by_name <const> = {}, {}
  for _, one in ipairs(waiting) do
    if one.events > 0 then
      by_name[one.name] = { name = one.name, sent = 0, refused = 0, left = one }
    end
  end
  for _, result in ipairs(results) do
    result.left = by_name[result.name] and by_name[result.name].left
    by_name[result.name] = result
  end
  for _, name in ipairs(require("floe.set").list(by_name)) do
    local one <const> = by_name[name]
    one.known = known[name] ~= nil
    if one.left or one.sent > 0 or one.refused > 0 then
      out[#out + 1] = one
    end
  end
  return out
end

local function print_json(terminal, results)
  local out <const> = {}
  for index, one in ipairs(results) do
    out[index] = json.object {
      { "destination", one.name }, { "address", one.shown or json.null }, { "sent", one.sent },
      { "refused", one.refused }, { "waiting", one.left and one.left.events or 0 },
      { "why", one.left and one.left.why or one.why or json.null },
    }
  end
  terminal:json(json.object { { "schema", "floe.dev/evidence-flush/v1" }, { "destinations", json.array(out) } })
end

local HINTS <const> = {
  known = "when the backend takes events again, `floe evidence flush` sends them; nothing is lost until then",
  unknown = "set the variables that were set when they came to be, or run the product again with its platform",
}

-- What waits for a destination; each hint once, behind the last that it is for.
local function say_left(terminal, one, last)
  local verb <const>, kind <const> = one.left.events == 1 and "waits" or "wait", one.known and "known" or "unknown"
  local words <const> = one.known and "%s for %s still %s: %s" or "%s for %s %s, and nothing says where to"
  terminal:fail({
    message = words:format(count(one.left.events, "event"), one.name, verb,
      one.left.why or "another sender works on them"),
    hint = last[kind] == one and HINTS[kind] or nil,
  })
end

local function print_text(terminal, results, root)
  local last <const> = {}
  for _, one in ipairs(results) do
    if one.left then
      last[one.known and "known" or "unknown"] = one
    end
  end
  for _, one in ipairs(results) do
    if one.sent > 0 and not terminal.quiet then
      terminal:line(("%s %s sent to %s%s"):format(terminal:paint("green", "✓"), count(one.sent, "event"),
        clean(one.name), one.shown and (" (%s)"):format(clean(one.shown)) or ""))
    end
    if one.refused > 0 then
      terminal:line(("%s %s for %s refused: %s"):format(terminal:paint("yellow", "!"), count(one.refused, "event"),
        clean(one.name), clean(one.why or "no reason is given")))
      if one.kept then
        terminal:line(("  They lie in %s/refused.log"):format(clean(files.normalize(spools.folder_of(root, one.name)))))
      end
    end
    if one.left then
      say_left(terminal, one, last)
    end
  end
  if #results == 0 and not terminal.quiet then
    terminal:line("nothing waits")
  end
end

local function exit_of(results)
  local exit = 0
  for _, one in ipairs(results) do
    if one.left then
      exit = math.max(exit, one.known and EXIT_OUTSIDE or EXIT_USAGE)
    end
  end
  return exit
end

---@return integer
function M.run(options, terminal)
  local root <const> = reach.root(options, terminal)
  if not root then
    return EXIT_USAGE
  end
  local all <const>, known <const> = reach.destinations(root, terminal), {}
  for _, destination in ipairs(all) do
    known[destination.name] = destination
  end
  local results <const> = merge(sender.flush(root, all, options.wait), sender.waiting(root), known)
  if options.format == "json" then
    print_json(terminal, results)
  else
    print_text(terminal, results, root)
  end
  return exit_of(results)
end

return M
