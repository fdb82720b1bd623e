-- Which run a retry goes on with.
local files <const> = require "host.files"
local history <const> = require "run.history"
local json <const> = require "host.json"
local ledgers <const> = require "evidence.ledger"
local retries <const> = require "run.retry"
local system <const> = require "host.system"
local test <const> = dofile "tests/lua/support.lua"

local PRODUCT <const>, ARTIFACT <const> = "sales.shop", "sha256:1"

local function plan_of(root, asked)
  return {
    root = root, project = root, product = { id = PRODUCT }, digest = ARTIFACT, artifact = {},
    connection = { output = asked.database and { type = "duckdb", path = asked.database } },
    asked = { environment = asked.environment }, reading = { target = asked.target },
  }
end

local FACTS <const> = {
  nodes = {},
  complete = function(_, node)
    return node
  end,
}

-- A run of two models that failed.
local function write(ledger, id, run)
  local function append(kind, verdict, pairs_of)
    assert(ledger:append {
      kind = kind, run = id, product = PRODUCT, verdict = verdict, body = json.encode(json.object(pairs_of)),
    })
  end
  append(history.START, "", {
    { "anew", run.anew or false },
    { "origin", json.object { { "host", run.host or system.host() }, { "folder", run.folder } } },
    { "artifact", run.artifact or ARTIFACT }, { "attempt", 1 }, { "retry_of", run.retry_of or json.null },
    { "selection", json.object {
      { "environment", run.environment or json.null }, { "target", run.target or json.null },
      { "select", json.array {} }, { "exclude", json.array {} },
    } },
  })
  for name, status in pairs(run.nodes or { good = "success", bad = "error" }) do
    append(history.NODE, status, {
      { "id", name }, { "unique_id", "model.shop." .. name }, { "name", name }, { "seconds", 1 },
    })
  end
  append(history.END, "failed", { { "whole", true } })
end

-- What a retry finds in a ledger that many write to.
local function of(root, asked)
  return retries.of(plan_of(root, asked or {}), FACTS)
end

local function shared()
  local root <const> = test.folder {}
  system.set_env("FLOE_LEDGER", files.join(root, "shared.db"))
  return root, assert(ledgers.open(assert(ledgers.locate(root)), { quick = true })), files.absolute(root)
end

test.case("of a ledger of many hosts and checkouts the last run of this folder on this host is gone on with", function()
  local root <const>, ledger <close>, here <const> = shared()
  write(ledger, "mine", { folder = here })
  write(ledger, "of-another-host", { folder = here, host = "another-host", artifact = "sha256:2" })
  write(ledger, "of-another-checkout", { folder = "/another/folder", artifact = "sha256:2" })
  local retry <const> = assert(of(root))
  test.equal({ retry.of, retry.left, #retry.reused, retry.reused[1].name }, { "mine", 1, 1, "good" })
end)

test.case("nothing stands of runs whose database is gone, also where a retry made another one", function()
  local root <const>, ledger <close>, here <const> = shared()
  write(ledger, "first", { folder = here })
  local gone <const> = assert(of(root, { database = "shop.duckdb" }))
  test.equal({ gone.anew, gone.left, #gone.reused }, { true, nil, 0 })
  test.equal(gone.arguments, { "--indirect-selection", "empty" })
  write(ledger, "second", { folder = here, retry_of = "first", anew = true, nodes = { bad = "success" } })
  assert(files.write(files.join(root, "shop.duckdb"), ""))
  local there <const> = assert(of(root, { database = "shop.duckdb" }))
  test.equal({ there.anew, #there.reused, there.reused[1].name }, { false, 1, "bad" })
end)

test.case("a database in memory, or one that only dbt can tell, is not taken for gone", function()
  local root <const>, ledger <close>, here <const> = shared()
  write(ledger, "first", { folder = here })
  for _, path in ipairs { ":memory:", "md:shop" } do
    test.equal(#assert(of(root, { database = path })).reused, 1)
  end
  test.equal(#assert(of(root)).reused, 1)
end)

test.case("where there are only runs of others, the last of them is named", function()
  local root <const>, ledger <close> = shared()
  write(ledger, "theirs", { folder = "/another/folder", host = "another-host" })
  local _, refusal <const> = of(root)
  test.equal(refusal.exit, 2)
  test.contains(refusal.problem.message, "the run theirs was on another-host, in /another/folder")
end)

test.case("a run in another environment or at another target lies beside it, and does not stand in its way", function()
  local root <const>, ledger <close>, here <const> = shared()
  write(ledger, "production", { folder = here, environment = "production" })
  write(ledger, "nameless", { folder = here })
  write(ledger, "big", { folder = here, target = "big" })
  test.equal(assert(of(root, { environment = "production" })).of, "production")
  test.equal(assert(of(root)).of, "nameless")
  test.equal(assert(of(root, { target = "big" })).of, "big")
  local _, other = of(root, { environment = "staging" })
  test.contains(other.problem.message, "the run big was in the environment '', and this one would be in 'staging'")
  _, other = of(root, { target = "small" })
  test.contains(other.problem.message, "the run big had another target: 'big'")
end)

test.case("a run of another artifact is not gone on with", function()
  local root <const>, ledger <close>, here <const> = shared()
  write(ledger, "before", { folder = here, artifact = "sha256:2" })
  local _, refusal <const> = of(root)
  test.equal(refusal.exit, 1)
  test.contains(refusal.problem.message, "the product was compiled anew since the run before")
end)

test.case("where one of the runs whose rest it does cannot be read nothing is taken for done", function()
  local root <const>, ledger <close>, here <const> = shared()
  local read <const> = history.of
  write(ledger, "first", { folder = here })
  write(ledger, "second", { folder = here, retry_of = "first" })
  history.of = function()
    return nil, { code = "outside", message = "the disk failed" }
  end
  local retry <const>, refusal <const> = of(root)
  history.of = read
  test.equal({ retry, refusal.exit, refusal.problem.message }, { nil, 4, "the disk failed" })
  test.equal(assert(of(root)).of, "second")
end)

test.finish()
