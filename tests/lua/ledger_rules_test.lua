-- What a platform asks of ledgers: how long entries stay, and when they go.
local files <const> = require "host.files"
local ledgers <const> = require "evidence.ledger"
local rules <const> = require "evidence.rules"
local system <const> = require "host.system"
local test <const> = dofile "tests/lua/support.lua"

local DAY <const> = 86400

-- A ledger with entries that were added so many days ago.
local function ledger(days)
  local handle <const> = assert(ledgers.open(files.join(test.folder {}, "ledger.db")))
  for _, age in ipairs(days) do
    assert(handle:append {
      kind = "validate", product = "a", verdict = "pass", body = "{}", at = (system.time() - age * DAY) * 1000,
    })
  end
  return handle
end

local function kinds(handle)
  local out <const> = {}
  for index, entry in ipairs(handle:entries {}) do
    out[index] = entry.kind
  end
  return out
end

local asked = 0

local function origin()
  asked = asked + 1
  return '{"user":"somebody"}'
end

test.case("what is asked for is read from the merged governance", function()
  test.equal(rules.of(nil), { required = false })
  test.equal(rules.of {}, { required = false })
  test.equal(rules.of { evidence = { required = true, retention = "12w" } }, { required = true, retention = 84 * DAY })
  test.equal({ rules.seconds "48h", rules.seconds "90d", rules.seconds "1w" }, { 48 * 3600, 90 * DAY, 7 * DAY })
  for _, text in ipairs { "", "d", "90", "90m", "-1d", "1.5d", "P90D", "100001d", "99999999999999999999d" } do
    test.equal(rules.seconds(text), nil, text)
  end
end)

test.case("entries that are older go, and the entry about it says who took them out", function()
  local handle <close> = ledger { 30, 20, 12, 9, 1 }
  test.equal(rules.retain(handle, { retention = 10 * DAY }, origin), nil)
  test.equal(kinds(handle), { "prune", "validate", "validate" })
  test.contains(handle:entries({ limit = 1 })[1].body, '"origin":{"user":"somebody"}')
  local report <const> = handle:verify()
  test.equal({ report.problem, report.entries }, { nil, 3 })
end)

test.case("nothing goes before it has been due for a day, so that at most one entry a day says so", function()
  local handle <close> = ledger { 10.5, 10, 1 }
  asked = 0
  test.equal(rules.retain(handle, { retention = 10 * DAY }, origin), nil)
  test.equal(#kinds(handle), 3)
  test.equal(asked, 0)
end)

test.case("without a retention, or without entries, everything stays", function()
  local old <close> = ledger { 4000 }
  test.equal(rules.retain(old, {}, origin), nil)
  test.equal(#kinds(old), 1)
  local empty <close> = ledger {}
  test.equal(rules.retain(empty, { retention = DAY }, origin), nil)
  test.equal(kinds(empty), {})
end)

test.case("a ledger that does not hold together is left as it is, and that is told", function()
  local path <const> = files.join(test.folder {}, "ledger.db")
  local program <const> = require "host.files".find_program "sqlite3"
  if not program then
    return test.skip("a ledger that does not hold together", "there is no sqlite3")
  end
  local handle <const> = assert(ledgers.open(path))
  assert(handle:append { kind = "validate", product = "a", verdict = "pass", body = "{}", at = 1000 })
  handle:close()
  assert(os.execute(("%s '%s' \"DROP TRIGGER entries_stay; UPDATE entries SET verdict = 'blocked'\""):format(program,
    path)))
  local again <close> = assert(ledgers.open(path))
  local err <const> = rules.retain(again, { retention = DAY }, origin)
  test.equal(err and err.code, "trust")
  test.equal(kinds(again), { "validate" })
end)

test.finish()
