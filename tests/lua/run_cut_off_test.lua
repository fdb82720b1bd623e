-- Who ends runs that were cut off, and which runs those are.
local cut_off <const> = require "run.cut_off"
local document <const> = require "host.document"
local files <const> = require "host.files"
local history <const> = require "run.history"
local json <const> = require "host.json"
local ledgers <const> = require "evidence.ledger"
local owners <const> = require "run.owner"
local system <const> = require "host.system"
local test <const> = dofile "tests/lua/support.lua"

local PRODUCT <const> = "sales.shop"

-- A process that there is no more.
local function gone()
  local owner <const> = owners.mine()
  owner.boot = "00000000-0000-4000-8000-000000000000"
  return owner
end

local function start(ledger, run, owner, host, folder)
  assert(ledger:append {
    kind = history.START, run = run, product = PRODUCT, verdict = "",
    body = json.encode(json.object {
      { "origin", json.object { { "host", host or system.host() }, { "folder", folder or "/" } } },
      { "process", owners.note(owner) },
    }),
  })
end

local function opened(root)
  return assert(ledgers.open(assert(ledgers.locate(root)), { quick = true }))
end

test.case("a run whose process is gone is ended once, and who found it is said", function()
  local root <const> = test.folder()
  local ledger <close> = opened(root)
  start(ledger, "lost", gone())
  start(ledger, "living", owners.mine())
  start(ledger, "done", gone())
  assert(ledger:append { kind = history.END, run = "done", product = PRODUCT, verdict = "failed", body = "{}" })
  start(ledger, "unknown", { pid = 0 })
  test.equal(cut_off.close(ledger, root, "another product", "finder"), {})
  test.equal(cut_off.close(ledger, root, PRODUCT, "finder"), { "unknown", "lost" })
  test.equal(cut_off.close(ledger, root, PRODUCT, "finder"), {}, "it is ended once")
  local entry <const> = ledger:entries({ kind = history.END, run = "lost" })[1]
  local body <const> = document.parse(entry.body, "entry", { format = "json" })
  test.equal({ entry.verdict, entry.product, body.found_by, body.whole }, { "cut off", PRODUCT, "finder", false })
  test.equal(assert(history.of(ledger, "lost")).status, "cut off")
  test.equal(assert(history.of(ledger, "living")).status, "running")
end)

test.case("of a ledger of many machines only the runs of this one, and of this folder, are ended", function()
  local root <const> = test.folder()
  system.set_env("FLOE_LEDGER", files.join(root, "shared.db"))
  local ledger <close> = opened(root)
  start(ledger, "elsewhere", gone(), "another-host", files.absolute(root))
  start(ledger, "beside", gone(), nil, "/another/folder")
  start(ledger, "here", gone(), nil, files.absolute(root))
  test.equal(cut_off.close(ledger, root, PRODUCT, "finder"), { "here" })
end)

test.finish()
