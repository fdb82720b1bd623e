-- Evidence on its way: who is told, what waits, and what is said where it cannot be kept.
local files <const> = require "host.files"
local observers <const> = require "evidence.observers"
local spools <const> = require "evidence.spool"
local test <const> = dofile "tests/lua/support.lua"

local function texts_in(folder)
  local out <const> = {}
  for _, name in ipairs(spools.complete(folder)) do
    table.move(spools.lines(files.read(files.join(folder, name))), 1, 1 << 20, #out + 1, out)
  end
  return out
end

test.case("what is put into the spool waits in order, and is its owner's alone", function()
  local root <const> = test.folder()
  local spool <const> = spools.open(root)
  for index = 1, 3 do
    test.truthy(spool:put("openlineage", ("{\"n\":%d}"):format(index)))
  end
  local folder <const> = spools.folder_of(root, "openlineage")
  test.equal(spools.complete(folder), {}, "it is still added to")
  spool:close()
  test.equal(texts_in(folder), { '{"n":1}', '{"n":2}', '{"n":3}' })
  test.equal(spool:problems(), {})
end)

test.case("a file that a sender takes is never added to again", function()
  local root <const> = test.folder()
  local spool <const> = spools.open(root)
  local folder <const> = spools.folder_of(root, "otlp.logs")
  for index = 1, 50 do
    spool:put("otlp.logs", tostring(index))
    if index % 7 == 0 then
      for _, name in ipairs(files.list(folder)) do
        if name:find("%.open$") then
          test.truthy(spools.take(folder, name))
        end
      end
    end
  end
  spool:close()
  local expected <const> = {}
  for index = 1, 50 do
    expected[index] = tostring(index)
  end
  test.equal(texts_in(folder), expected)
  test.equal(#spools.complete(folder), 8)
end)

test.case("a large file is completed, and the oldest make room where too much waits", function()
  local root <const> = test.folder()
  local spool <const> = spools.open(root, { most = 1 << 20 })
  local line <const> = ("x"):rep(64 << 10)
  for _ = 1, 40 do
    spool:put("webhook.oncall", line)
  end
  spool:close()
  local kept <const> = #texts_in(spools.folder_of(root, "webhook.oncall"))
  test.truthy(kept >= 12 and kept <= 20, ("%d lines are kept"):format(kept))
  test.contains(spool:problems()[1], ("%d of the oldest events for webhook.oncall"):format(40 - kept))
end)

test.case("what a sender takes and cannot send is bounded too", function()
  local root <const> = test.folder()
  local spool <const> = spools.open(root, { most = 1 << 20 })
  local folder <const> = spools.folder_of(root, "otlp.logs")
  local line <const> = ("x"):rep(64 << 10)
  for _ = 1, 40 do
    spool:put("otlp.logs", line)
    spools.take(folder, files.basename(spool.open["otlp.logs"]))
  end
  local kept <const> = #texts_in(folder)
  test.truthy(kept >= 14 and kept <= 18, ("%d lines are kept"):format(kept))
  test.contains(spool:problems()[1], ("%d of the oldest events for otlp.logs"):format(40 - kept))
end)

test.case("a line that was cut off is no event", function()
  test.equal({ spools.lines('{"a":1}\n{"b":2}\n{"c"') }, { { '{"a":1}', '{"b":2}' }, true })
  test.equal({ spools.lines('{"a":1}\n\n{"b":2}\n') }, { { '{"a":1}', '{"b":2}' }, false })
  local path <const> = files.join(test.folder(), "events.jsonl")
  files.write(path, '{"a":1}\n{"b"')
  files.append(path, '{"c":3}\n')
  test.equal(files.read(path), '{"a":1}\n{"b"\n{"c":3}\n')
end)

test.case("where nothing can be written, what is lost is counted and said once", function()
  local root <const> = test.folder()
  files.write(files.join(root, ".floe"), "no folder")
  local spool <const> = spools.open(root)
  for _ = 1, 5 do
    test.equal(spool:put("openlineage", "{}"), nil)
  end
  test.equal(#spool:problems(), 1)
  test.contains(spool:problems()[1], "5 events for openlineage could not be kept: ")
end)

test.case("a file of events that has become large is put aside, over the one that was", function()
  local root <const> = test.folder()
  local path <const> = files.join(root, "events.jsonl")
  local destination <const> = { name = "otlp.logs.file", kind = "file", path = "events.jsonl" }
  local write <const> = require("evidence.destinations").write
  files.write(path .. ".1", "older\n")
  files.write(path, ("x"):rep((64 << 20) - 9) .. "\n")
  test.truthy(write(root, destination, "last"))
  test.equal(files.read(path .. ".1"), "older\n", "it is not full yet")
  test.truthy(write(root, destination, "{}"))
  test.truthy(write(root, destination, "first"))
  test.equal({ files.read(path), (files.status(path .. ".1")) }, { "first\n", 64 << 20 })
end)

test.case("a destination's name is a folder, whatever stands in it", function()
  test.contains(spools.folder_of("r", "webhook.a/../b"), "webhook.a%2F..%2Fb")
  test.equal(spools.name_of("webhook.a%2F..%2Fb"), "webhook.a/../b")
end)

test.case("an observer that fails is told the end and nothing else, and the others all", function()
  local told <const> = { good = {}, bad = {} }
  local function observer(name, fails)
    local function listens(method)
      return function(_, what)
        table.insert(told[name], method .. (what and what.name or ""))
        if fails then
          error("it broke in " .. method, 0)
        end
      end
    end
    return { name = name, observer = {
      node_ended = listens "node ", step_ended = listens "step", command_ended = listens "end", close = listens "close",
    } }
  end
  local all <const> = observers.open {
    root = test.folder(), env = function() end, observers = { observer("bad", true), observer "good" },
  }
  all:tell("node_ended", { name = "a" })
  test.equal({ all:hears "bad", all:hears "good", all:hears "nobody" }, { false, true, false })
  all:tell("node_ended", { name = "b" })
  all:tell("step_ended", {})
  all:tell("nobody_listens", {})
  all:tell("command_ended", {})
  local lines <const> = all:close()
  test.equal(told, { good = { "node a", "node b", "step", "end", "close" }, bad = { "node a", "end", "close" } })
  test.equal(lines, { "bad: it broke in node " })
end)

test.case("settings that cannot be used are said, and the other formats go on", function()
  local root <const> = test.folder()
  local all <const> = observers.open {
    root = root, settings = { lineage = 7, tracing = 7 }, env = function(name)
      return name == "FLOE_METRICS_FILE" and "floe.prom" or nil
    end,
  }
  test.truthy(all:hears "prometheus")
  local said <const> = table.concat(all:close(), "\n")
  test.contains(said, "openlineage: its settings cannot be used: ")
  test.contains(said, "otlp: its settings cannot be used: ")
end)

test.case("a run of which an entry could not be kept has no end in the ledger: it counts as cut off", function()
  local history <const> = require "run.history"
  local ledgers <const> = require "evidence.ledger"
  local root <const> = test.folder()
  local recorder <const> = assert(require("run.recorder").open(root, {}))
  local node <const> = { at = 2, id = "n", unique_id = "model.shop.a", kind = "model", name = "a", status = "success",
    started_at = 1, seconds = 1, attempt = 1 }
  local all <const> = observers.open {
    root = root, env = function() end, observers = { { name = "ledger", observer = recorder } },
  }
  all:tell("command_started", {
    id = "r", command = "run", arguments = {}, product = { id = "shop" }, at = 1, selection = {}, attempt = 1,
    trace = { trace_id = ("a1"):rep(16), span_id = ("b2"):rep(8), sampled = true },
  })
  all:tell("node_ended", node)
  local quick <const> = recorder.quick
  recorder.quick = { append = function()
    return nil, { message = "the disk is full" }
  end }
  all:tell("node_ended", node)
  recorder.quick = quick
  all:tell("command_ended", { at = 3, seconds = 1, status = "complete", exit = 0, counts = {} })
  test.equal(all:close(), { "ledger: the disk is full" })
  local kinds <const> = {}
  local handle <close> = assert(ledgers.open(ledgers.locate(root)))
  for index, entry in ipairs(assert(handle:entries { run = "r" })) do
    kinds[index] = entry.kind
  end
  test.equal(kinds, { history.NODE, history.START })
end)

test.case("an answer means that events are taken, wait, or are refused for ever", function()
  local answers <const> = require "evidence.answers"
  local function state_of(status, wait)
    local outcome <const> = answers.by_status { status = status, headers = {}, body = "", wait = wait }
    return { outcome.state, outcome.seconds }
  end
  test.equal(state_of(201), { "accepted" })
  test.equal(state_of(400), { "drop" })
  test.equal(state_of(413), { "drop" })
  for _, status in ipairs { 301, 401, 404, 408, 500, 502 } do
    test.equal(state_of(status), { "retry" }, tostring(status))
  end
  test.equal(state_of(429, 7), { "retry", 7 })
  test.equal(state_of(503, 999999), { "retry", 3600 }, "no backend asks for days")
  test.equal(state_of(503), { "retry" })
  test.equal(answers.by_status(nil, { message = "no connection" }), { state = "retry", why = "no connection" })
end)

test.finish()
