local files <const> = require "host.files"
local json <const> = require "host.json"
local ledgers <const> = require "evidence.ledger"
local system <const> = require "host.system"
local test <const> = dofile "tests/lua/support.lua"
local usual <const> = require "run.usual"

local MINUTE <const>, START <const> = 60000, 1763700000000

-- Writes a run into a ledger as a run does: the `number`th, a minute each.
local function write(handle, number, run)
  local at <const>, id <const> = START + number * MINUTE, system.uuid()
  local function append(kind, verdict, when, pairs_of)
    assert(handle:append {
      kind = kind, run = id, product = run.product or "sales.orders", verdict = verdict, at = when,
      body = json.encode(json.object(pairs_of)),
    })
  end
  append("run.start", "", at, {
    { "selection", json.object {
      { "select", json.array(run.select or {}) }, { "exclude", json.array {} }, { "full_refresh", false },
      { "environment", run.environment or json.null }, { "target", run.target or json.null },
    } },
    { "origin", json.object { { "host", run.host or system.host() }, { "folder", run.folder or "/" } } },
    { "retry_of", run.retry_of or json.null },
  })
  for _, node in ipairs(run.nodes or {}) do
    append("run.node", node.status or "success", at + 1000, {
      { "unique_id", node.id or "model.orders.gold" }, { "seconds", node.seconds or 1.5 },
      { "rows", node.rows or json.null },
    })
  end
  if run.blocked then
    append("run.verdict", "blocked", at + 20000, {})
  end
  if run.status then
    append("run.end", run.status, at + 30000, {
      { "seconds", run.seconds or 30.5 }, { "counts", run.counts or { success = 1 } },
    })
  end
  return id
end

local function ledger(...)
  local folder <const> = test.folder { [".floe/.keep"] = "" }
  local handle <close> = assert(ledgers.open(ledgers.locate(folder), { quick = true }))
  local last
  for number, run in ipairs { ... } do
    last = write(handle, number, run)
  end
  return folder, last
end

local function of(folder, given, with_nodes)
  return usual.of(folder, "sales.orders", given or {}, with_nodes ~= false)
end

test.case("without a ledger nothing is known", function()
  test.equal(of(test.folder {}), { runs = 0, failures_in_row = 0, nodes = {} })
end)

test.case("what runs that completed took is the median of those that ran the same", function()
  local known <const> = of(ledger(
    { status = "complete", seconds = 10 }, { status = "complete", seconds = 40.5 },
    { status = "complete", seconds = 20 },
    { status = "failed", seconds = 1 }, { status = "complete", seconds = 1, select = { "one" } },
    { status = "complete", seconds = 2, retry_of = "x" }))
  test.equal({ known.runs, known.usual_seconds, known.failures_in_row }, { 3, 20, 0 })
  test.equal(known.last_success, system.timestamp((START + 6 * MINUTE + 30000) // 1000))
end)

test.case("all nodes of a run are known, however many it has", function()
  local nodes <const> = {}
  for number = 1, 1001 do
    nodes[number] = { id = ("model.orders.%d"):format(number), seconds = number }
  end
  local known <const> = of(ledger({ status = "complete", nodes = nodes }))
  for number = 1, 1001 do
    local node <const> = known.nodes[nodes[number].id]
    test.equal({ node.runs, node.usual_seconds }, { 1, number })
  end
end)

test.case("failures are counted from the last run to the last success", function()
  local known <const> = of(ledger({ status = "failed" }, { status = "complete" }, { status = "failed" },
    { status = "aborted" }, { status = "failed" }))
  test.equal({ known.failures_in_row, known.runs }, { 2, 1 }, "those that failed tell nothing of how long it takes")
end)

test.case("a run that a policy kept from beginning did not fail, one that it stopped or dbt never began did", function()
  local folder <const> = ledger({ status = "failed" }, { status = "failed", blocked = true, counts = json.object {} },
    { status = "failed", blocked = true }, { status = "failed", counts = json.object {} })
  test.equal({ of(folder).failures_in_row, of(folder).runs }, { 3, 0 })
end)

test.case("other products, other environments, runs that were cut off and the run itself do not count", function()
  local folder <const>, own <const> = ledger(
    { status = "complete", product = "sales.other" }, { status = "complete", environment = "prod" },
    { nodes = { { rows = 7 } } }, { status = "complete", nodes = { { rows = 5 } } })
  test.equal(of(folder, { id = own }).runs, 0)
  test.equal(of(folder).runs, 1)
  test.equal(of(folder, { environment = "prod" }).runs, 1)
  test.equal(of(folder).nodes["model.orders.gold"].usual_rows, 5)
end)

test.case("another target has another history", function()
  local folder <const> = ledger({ status = "complete", seconds = 10, nodes = { { rows = 5 } } },
    { status = "complete", seconds = 99, target = "big", nodes = { { rows = 500 } } })
  test.equal({ of(folder).usual_seconds, of(folder).nodes["model.orders.gold"].usual_rows }, { 10, 5 })
  test.equal(of(folder, { target = "big" }).usual_seconds, 99)
end)

test.case("a run that was found cut off is no run that ended", function()
  local known <const> = of(ledger({ status = "failed" }, { status = "cut off", nodes = { { rows = 7 } } }))
  test.equal({ known.failures_in_row, next(known.nodes) }, { 1, nil })
end)

test.case("of a node are known the rows of the run before, and the medians", function()
  local known <const> = of(ledger(
    { status = "complete", nodes = { { rows = 100, seconds = 1 } } },
    { status = "complete", nodes = { { rows = 300, seconds = 4 } } },
    { status = "complete", nodes = { { rows = 200, seconds = 3 }, { id = "test.a", status = "fail" } } },
    { status = "failed", nodes = { { status = "error", seconds = 60 }, { id = "test.a", status = "fail" } } }))
  local gold <const> = known.nodes["model.orders.gold"]
  test.equal({ gold.previous_rows, gold.usual_rows, gold.usual_seconds, gold.runs, gold.failures_in_row },
    { 200, 200, 3, 3, 1 })
  local failing <const> = known.nodes["test.a"]
  test.equal({ failing.runs, failing.failures_in_row, failing.usual_rows }, { 0, 2 })
end)

test.case("no more than ten runs are looked at, and of five of them each node", function()
  local runs <const> = {}
  for number = 1, 15 do
    runs[number] = { status = "complete", seconds = number, nodes = { { rows = number } } }
  end
  local known <const> = of(ledger(table.unpack(runs)))
  test.equal({ known.runs, known.usual_seconds, known.nodes["model.orders.gold"].usual_rows }, { 10, 10.5, 13 })
end)

test.case("a ledger that is none tells nothing, and stops nobody", function()
  local folder <const> = test.folder { [".floe/ledger.db"] = ("no database\n"):rep(100) }
  test.equal(of(folder).runs, 0)
end)

test.case("of a ledger of many hosts runs of this folder count, and all of an environment with a name", function()
  local folder <const> = test.folder {}
  local here <const> = files.absolute(folder)
  system.set_env("FLOE_LEDGER", files.join(folder, "shared.db"))
  local handle <close> = assert(ledgers.open(ledgers.locate(folder), { quick = true }))
  write(handle, 1, { status = "complete", seconds = 10, folder = here })
  write(handle, 2, { status = "complete", seconds = 20, folder = here, environment = "production" })
  for number = 3, 60 do -- more than are looked at where none has to be passed by
    write(handle, number, { status = "failed", seconds = 99, folder = here, host = "another-host" })
  end
  write(handle, 61, { status = "failed", seconds = 99, folder = "/another/folder" })
  write(handle, 62, { status = "complete", seconds = 40, folder = here, environment = "production", host = "another" })
  local known <const> = of(folder)
  test.equal({ known.runs, known.usual_seconds, known.failures_in_row }, { 1, 10, 0 })
  test.equal(of(folder, { environment = "production" }).usual_seconds, 30.0)
end)

test.finish()
