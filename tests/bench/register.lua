-- One process of the measurement in catalog.py: registers products for some seconds and prints how many, with how many
-- versions of contracts. FLOE_BENCH holds, as JSON: settings, number, seconds, contract.

local contracts <const> = require "catalog.contracts"
local document <const> = require "host.document"
local identity <const> = require "catalog.identity"
local opening <const> = require "catalog.open"
local system <const> = require "host.system"

local bench <const> = document.plain(document.parse(os.getenv("FLOE_BENCH"), "FLOE_BENCH", { format = "json" }))

local handle <const> = assert(opening.open(bench.settings))

local function check(value, err)
  return value or error(err.message)
end

local function register(number)
  local name <const> = ("p%d_%d"):format(bench.number, number)
  local plan <const> = check(identity.plan(handle, {
    id = "sales." .. name, domain = "sales", name = name, version = "1.0.0", owner = "team@example.com",
    repository = "https://git.example.com/acme/" .. name .. ".git",
  }))
  assert(check(identity.commit(handle, plan)).outcome == "registered")
  if bench.contract then
    local versions <const> = check(contracts.plan(handle, plan.namespace,
      { { name = name, version = "1.0.0", hash = "sha256:" .. ("0"):rep(64), status = "active" } }))
    assert(check(contracts.commit(handle, versions))[1].outcome == "registered")
  end
end

io.read("l") -- all begin at once
local begun, count = system.monotonic(), 0
while system.monotonic() - begun < bench.seconds do
  count = count + 1
  register(count)
end
print(count, system.monotonic() - begun)
