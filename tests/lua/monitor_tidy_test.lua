-- What the service does for the ledger of a product: ends of runs that were cut off, and what is too old.
local history <const> = require "run.history"
local json <const> = require "host.json"
local ledgers <const> = require "evidence.ledger"
local locks <const> = require "run.lock"
local owners <const> = require "run.owner"
local files <const> = require "host.files"
local system <const> = require "host.system"
local test <const> = dofile "tests/lua/support.lua"
local tidying <const> = require "monitor.tidy"

local PRODUCT <const>, DAY <const> = "sales.shop", 86400
local EVERYTHING <const> = { required = false }

local function opened(root)
  return assert(ledgers.open(assert(ledgers.locate(root)), { quick = true }))
end

local function start(ledger, run, owner)
  assert(ledger:append {
    kind = history.START, run = run, product = PRODUCT, verdict = "",
    body = json.encode(json.object { { "process", owners.note(owner) } }),
  })
end

-- A process that there is no more.
local function gone()
  local owner <const> = owners.mine()
  owner.boot = "00000000-0000-4000-8000-000000000000"
  return owner
end

local function check(ledger, days)
  assert(ledger:append {
    kind = "check", product = PRODUCT, verdict = "pass", body = "{}", at = (system.time() - days * DAY) * 1000,
  })
end

test.case("where there is no ledger nothing is done, and none is made", function()
  local root <const> = test.folder()
  test.equal(tidying.tidy(root, PRODUCT, EVERYTHING, "finder"), { ended = {}, waits = false, taken = 0, problems = {} })
  test.truthy(not files.exists(files.join(root, ".floe")), "a folder was made")
end)

test.case("a run that was cut off is ended, one that lives is not, and the lock is free again", function()
  local root <const> = test.folder()
  local ledger <close> = opened(root)
  start(ledger, "lost", gone())
  start(ledger, "living", owners.mine())
  test.equal(tidying.tidy(root, PRODUCT, EVERYTHING, "finder").ended, { "lost" })
  test.equal(tidying.tidy(root, PRODUCT, EVERYTHING, "finder").ended, {})
  test.equal(assert(history.of(ledger, "lost")).status, "cut off")
  test.equal(assert(history.of(ledger, "living")).status, "running")
  local lock <close> = assert(locks.take(root, "next"))
  test.truthy(lock)
end)

test.case("while somebody holds the lock of runs, as the dbt of one that was cut off does, none is ended", function()
  local root <const> = test.folder()
  local ledger <close> = opened(root)
  start(ledger, "lost", gone())
  local lock <const> = assert(locks.take(root, "lost"))
  test.equal(tidying.tidy(root, PRODUCT, EVERYTHING, "finder"), { ended = {}, waits = true, taken = 0, problems = {} })
  lock:close()
  test.equal(tidying.tidy(root, PRODUCT, EVERYTHING, "finder").ended, { "lost" })
end)

test.case("where the lock of runs cannot be taken that is told, and nothing is waited for", function()
  local root <const> = test.folder {}
  local ledger <close> = opened(root)
  start(ledger, "lost", gone())
  files.mkdir(files.join(root, ".floe/run.lock"))
  local tidied <const> = tidying.tidy(root, PRODUCT, EVERYTHING, "finder")
  test.equal({ #tidied.ended, tidied.waits, #tidied.problems }, { 0, false, 1 })
  test.contains(tidied.problems[1], "runs that were cut off have no end in the ledger: ")
end)

test.case("what is older than the platform asks for is taken out, and the rest proves itself", function()
  local root <const> = test.folder()
  local ledger <close> = opened(root)
  for _, days in ipairs { 40, 35, 31, 2, 0 } do
    check(ledger, days)
  end
  local asked <const> = { required = false, retention = 30 * DAY }
  test.equal(tidying.tidy(root, PRODUCT, EVERYTHING, "finder").taken, 0)
  test.equal(tidying.tidy(root, PRODUCT, asked, "finder").taken, 3)
  test.equal(tidying.tidy(root, PRODUCT, asked, "finder").taken, 0)
  test.equal(#assert(ledger:entries { kind = "check" }), 2)
  test.equal(assert(ledger:verify()).problem, nil)
  test.equal(#assert(ledger:entries { kind = "prune" }), 1)
end)

test.case("a ledger that cannot be opened is told", function()
  local root <const> = test.folder { [".floe/ledger.db"] = ("no database "):rep(100) }
  local tidied <const> = tidying.tidy(root, PRODUCT, EVERYTHING, "finder")
  test.equal({ #tidied.ended, tidied.taken }, { 0, 0 })
  test.truthy(#tidied.problems > 0, "nothing was told")
end)

test.finish()
